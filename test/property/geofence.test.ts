import fc from "fast-check";
import pointInPolygon from "point-in-polygon-hao";
import { describe, expect, it } from "vitest";
import { arrange } from "../../src/compliance/arrangement.js";
import {
  boundaryDistanceM,
  contains,
  isNear,
  prepareGeofence,
} from "../../src/compliance/containment.js";
import { gcj02ToBd09, toWgs84, wgs84ToGcj02 } from "../../src/compliance/datum.js";
import { parseGeofence, toGeojson } from "../../src/compliance/geofence.js";
import { touch } from "../../src/compliance/plane.js";
import type { Polygon, Ring, Vertex } from "../../src/store/records.js";

/** Degrees on a grid of 1/1024, where sums and small products are exact. */
const grid = (min: number, max: number) =>
  fc.integer({ min: min * 1024, max: max * 1024 }).map((steps) => steps / 1024);
const vertex = (min: number, max: number) => fc.tuple(grid(min, max), grid(min, max));

/** A star about the origin: corners at rising angles, so that it never crosses itself. */
const star = (radiusMin: number, radiusMax: number) =>
  fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 40 }).map((parts) => {
    const count = parts.length;
    const ring = parts.map((part, at): Vertex => {
      const radius = radiusMin + (part / 1000) * (radiusMax - radiusMin);
      const angle = (at / count) * 2 * Math.PI;
      const snap = (value: number) => Math.round(value * 1024) / 1024;
      return [snap(radius * Math.cos(angle)), snap(radius * Math.sin(angle))];
    });
    return [...ring, ring[0] as Vertex];
  });

/** A star with a smaller one as its hole, which a triangle's inner circle still holds. */
const holed = fc.tuple(star(8, 16), star(1, 3));

function shift(polygon: Polygon, dx: number, dy: number): Polygon {
  return polygon.map((ring) => ring.map(([x, y]): Vertex => [x + dx, y + dy]));
}

const at = ([longitude, latitude]: Vertex) => ({ longitude, latitude });

describe("contains", () => {
  it("agrees with an independent implementation, on boundaries and in holes too", () => {
    const near = fc.tuple(holed, fc.array(vertex(-17, 17), { minLength: 20, maxLength: 40 }));
    fc.assert(
      fc.property(near, ([polygon, points]) => {
        const geofence = prepareGeofence({ polygons: [polygon] });
        const corners = polygon.flat();
        const middles = corners.slice(1).map(([x, y], index): Vertex => {
          const [px, py] = corners[index] as Vertex;
          return [(x + px) / 2, (y + py) / 2];
        });
        const rings = polygon.map((ring) => ring.map(([x, y]) => [x, y]));
        for (const point of [...points, ...corners, ...middles]) {
          // false outside, true inside, 0 on a boundary
          const expected = pointInPolygon([...point], rings as [number, number][][]) !== false;
          expect(contains(geofence, at(point))).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not change when polygon and point move together", () => {
    fc.assert(
      fc.property(
        holed,
        vertex(-17, 17),
        grid(-100, 100),
        grid(-60, 60),
        (polygon, point, dx, dy) => {
          const here = prepareGeofence({ polygons: [polygon] });
          const there = prepareGeofence({ polygons: [shift(polygon, dx, dy)] });
          const moved = { longitude: point[0] + dx, latitude: point[1] + dy };
          expect(contains(there, moved)).toBe(contains(here, at(point)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("does not depend on the winding or the first corner of a ring", () => {
    fc.assert(
      fc.property(star(1, 16), vertex(-17, 17), fc.nat(), (ring, point, turn) => {
        const open = ring.slice(1);
        const start = turn % open.length;
        const turned = [...open.slice(start), ...open.slice(0, start)];
        const other = [...turned, turned[0] as Vertex].reverse();
        const inside = contains(prepareGeofence({ polygons: [[ring]] }), at(point));
        expect(contains(prepareGeofence({ polygons: [[other]] }), at(point))).toBe(inside);
      }),
    );
  });

  it("a hole takes out exactly its interior", () => {
    fc.assert(
      fc.property(holed, vertex(-17, 17), ([outer, hole], point) => {
        const whole = contains(prepareGeofence({ polygons: [[outer]] }), at(point));
        const cut = contains(prepareGeofence({ polygons: [[outer, hole]] }), at(point));
        const inHole = pointInPolygon([...point], [hole.map(([x, y]) => [x, y])] as never) === true;
        expect(cut).toBe(whole && !inHole);
      }),
    );
  });

  it("is true for the parts of a geofence together", () => {
    fc.assert(
      fc.property(star(1, 9), star(1, 9), vertex(-17, 40), (first, second, point) => {
        const right = shift([second], 20, 0);
        const one = contains(prepareGeofence({ polygons: [[first]] }), at(point));
        const other = contains(prepareGeofence({ polygons: [right] }), at(point));
        const both = contains(prepareGeofence({ polygons: [[first], right] }), at(point));
        expect(both).toBe(one || other);
      }),
    );
  });
});

it("the distance to the boundary is below that to any corner, and 0 on a corner", () => {
  fc.assert(
    fc.property(star(1, 16), vertex(-17, 17), (ring, point) => {
      const geofence = prepareGeofence({ polygons: [[ring]] });
      const distance = boundaryDistanceM(geofence, at(point));
      for (const corner of ring) {
        expect(boundaryDistanceM(geofence, at(corner))).toBe(0);
        const dx = (corner[0] - point[0]) * Math.cos((point[1] * Math.PI) / 180);
        const straight = Math.hypot(dx, corner[1] - point[1]) * 111_195.08;
        expect(distance).toBeLessThanOrEqual(straight + 1e-6);
      }
    }),
  );
});

it("the distance to the boundary is that to the nearest edge, around the antimeridian too", () => {
  const metres = 111_195.08;
  const longitude = fc.oneof(grid(160, 180), grid(-180, -160));
  const latitude = grid(-80, 80);
  fc.assert(
    fc.property(
      star(1, 9),
      longitude,
      fc.boolean(),
      longitude,
      latitude,
      (ring, x, both, px, py) => {
        // Two parts, one on each side or both on one.
        const first = shift([ring], x > 0 ? 165 : -165, 0);
        const parts = both ? [first, shift([ring], -165, 30)] : [first];
        const geofence = prepareGeofence({ polygons: parts });
        const scale = Math.cos((py * Math.PI) / 180);
        const distances = parts.flat().flatMap((line) =>
          line.slice(1).map(([bx, by], index) => {
            const [ax, ay] = line[index] as Vertex;
            const turn = ax - px > 180 ? -360 : ax - px < -180 ? 360 : 0;
            const [x1, y1] = [(ax - px + turn) * scale, ay - py];
            const [dx, dy] = [(bx - ax) * scale, by - ay];
            const t = Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / (dx * dx + dy * dy)));
            return Math.hypot(x1 + t * dx, y1 + t * dy) * metres;
          }),
        );
        const expected = Math.min(...distances);
        const point = { longitude: px, latitude: py };
        expect(Math.abs(boundaryDistanceM(geofence, point) - expected)).toBeLessThan(1e-3);
        expect(isNear(geofence, point, expected + 0.01)).toBe(true);
        if (!contains(geofence, point) && expected > 0.01) {
          expect(isNear(geofence, point, expected - 0.01)).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});

describe("arrange", () => {
  /** Every pair of edges, one by one. */
  function crossesAnywhere(ring: Ring): boolean {
    const edges = ring.slice(1).map(([x2, y2], index) => {
      const [x1, y1] = ring[index] as Vertex;
      return { x1, y1, x2, y2 };
    });
    const count = edges.length;
    return edges.some((a, i) =>
      edges.some((b, j) => {
        if (j <= i) return false;
        if (j !== i + 1 && (j + 1) % count !== i) return touch(a, b);
        const [p, q] = j === i + 1 ? [a, b] : [b, a];
        const cross = (p.x2 - p.x1) * (q.y2 - q.y1) - (p.y2 - p.y1) * (q.x2 - q.x1);
        const along = (p.x2 - p.x1) * (q.x2 - q.x1) + (p.y2 - p.y1) * (q.y2 - q.y1);
        return cross === 0 && along < 0;
      }),
    );
  }

  const coarse = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), {
      minLength: 3,
      maxLength: 9,
    })
    .map((corners): Ring => [...corners, corners[0] as Vertex])
    .filter((ring) =>
      ring.every(([x, y], index) => {
        const before = ring[index - 1];
        return before === undefined || before[0] !== x || before[1] !== y;
      }),
    );

  it("finds what a comparison of all pairs finds, and no more", () => {
    fc.assert(
      fc.property(coarse, (ring) => {
        expect("crossing" in arrange([[ring]])).toBe(crossesAnywhere(ring));
      }),
      { numRuns: 5000 },
    );
  });

  it("never finds one in a star, whichever way it is turned and shifted", () => {
    fc.assert(
      fc.property(holed, grid(-100, 100), fc.boolean(), (polygon, dx, mirrored) => {
        const moved = shift(polygon, dx, 0).map((ring) => (mirrored ? [...ring].reverse() : ring));
        expect(arrange([moved])).not.toHaveProperty("crossing");
      }),
    );
  });
});

describe("parseGeofence", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(holed, (polygon) => {
        const text = toGeojson({ polygons: [polygon] });
        const first = parseGeofence(text);
        if (!first.ok) throw new Error(first.fields[0]?.description);
        const second = parseGeofence(toGeojson(first.geofence));
        expect(second).toEqual(first);
      }),
    );
  });

  it("cuts what crosses the antimeridian without moving any point in or out", () => {
    const turned = (x: number) => (x > 180 ? x - 360 : x);
    const across = (polygon: Polygon) =>
      polygon.map((ring) => ring.map(([x, y]): Vertex => [turned(x + 180), y]));
    fc.assert(
      fc.property(holed, fc.array(vertex(-17, 17), { maxLength: 40 }), (polygon, points) => {
        const here = prepareGeofence({ polygons: [polygon] });
        const cut = parseGeofence(toGeojson({ polygons: [across(polygon)] }));
        // A corner on the very meridian may leave parts that touch there, which is refused.
        const onSeam = polygon.flat().some(([x]) => x === 0);
        if (!cut.ok && onSeam) return;
        if (!cut.ok) throw new Error(cut.fields[0]?.description);
        const there = prepareGeofence(cut.geofence);
        for (const [x, y] of [...points, ...polygon.flat()]) {
          const point = { longitude: turned(x + 180), latitude: y };
          expect(contains(there, point)).toBe(contains(here, at([x, y])));
        }
        const again = parseGeofence(toGeojson(cut.geofence));
        expect(again).toEqual(cut);
      }),
      { numRuns: 1000 },
    );
  });

  it("answers any text and any JSON, and never throws", () => {
    const geometry = fc.record({
      type: fc.constantFrom("Polygon", "MultiPolygon"),
      coordinates: fc.jsonValue({ maxDepth: 6 }),
    });
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      geometry.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseGeofence(text);
        if (!result.ok) expect(result.fields[0]?.description.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("datums", () => {
  const inChina = fc.record({
    latitude: fc.double({ min: 4, max: 53, noNaN: true }),
    longitude: fc.double({ min: 74, max: 135, noNaN: true }),
  });

  it("come back from GCJ-02 and BD-09 to within 1e-7 degrees", () => {
    fc.assert(
      fc.property(inChina, (point) => {
        const gcj02 = wgs84ToGcj02(point);
        for (const back of [toWgs84(gcj02, "GCJ02"), toWgs84(gcj02ToBd09(gcj02), "BD09")]) {
          expect(Math.abs((back?.latitude ?? NaN) - point.latitude)).toBeLessThan(1e-7);
          expect(Math.abs((back?.longitude ?? NaN) - point.longitude)).toBeLessThan(1e-7);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("move a point by about a kilometre at most", () => {
    fc.assert(
      fc.property(inChina, (point) => {
        const bd09 = gcj02ToBd09(wgs84ToGcj02(point));
        expect(Math.abs(bd09.latitude - point.latitude)).toBeLessThan(0.02);
        expect(Math.abs(bd09.longitude - point.longitude)).toBeLessThan(0.03);
      }),
    );
  });
});
