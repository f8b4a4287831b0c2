import fc from "fast-check";
import pointInPolygon from "point-in-polygon-hao";
import { expect, it } from "vitest";
import {
  circleInside,
  circleTouches,
  contains,
  geofenceInside,
  prepareGeofence,
  touches,
} from "../../src/compliance/containment.js";
import { touch } from "../../src/compliance/plane.js";
import type { LatLng, Polygon, Ring, Vertex } from "../../src/store/records.js";
import { geodesicM } from "../compliance/vincenty.js";

const snap = (value: number) => Math.round(value * 1024) / 1024;

/** A star about the origin; it never crosses itself, and every corner sees the middle. */
const star = (radiusMin: number, radiusMax: number) =>
  fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 24 })
    .map((parts): Ring => {
      const ring = parts.map((part, at): Vertex => {
        const radius = radiusMin + (part / 1000) * (radiusMax - radiusMin);
        const angle = (at / parts.length) * 2 * Math.PI;
        return [snap(radius * Math.cos(angle)), snap(radius * Math.sin(angle))];
      });
      return [...ring, ring[0] as Vertex];
    });
const holed = fc.tuple(star(8, 16), star(1, 3));
const offset = fc.integer({ min: -24 * 64, max: 24 * 64 }).map((steps) => steps / 64);

const moved = (polygon: Polygon, dx: number, dy: number, scale = 1): Polygon =>
  polygon.map((ring) => ring.map(([x, y]): Vertex => [x * scale + dx, y * scale + dy]));
const fence = (polygon: Polygon) => prepareGeofence({ polygons: [polygon] });
const at = ([longitude, latitude]: Vertex): LatLng => ({ longitude, latitude });

function edgesOf(polygon: Polygon) {
  return polygon.flatMap((ring) =>
    ring.slice(1).map(([x2, y2], index) => {
      const [x1, y1] = ring[index] as Vertex;
      return { x1, y1, x2, y2 };
    }),
  );
}

/** Corners, and points along the edges. */
function samples(polygon: Polygon): Vertex[] {
  return edgesOf(polygon).flatMap(({ x1, y1, x2, y2 }) =>
    [0, 0.25, 0.5, 0.75].map((t): Vertex => [x1 + t * (x2 - x1), y1 + t * (y2 - y1)]),
  );
}

/** 1 inside, 0 on a boundary, -1 outside, by another implementation. */
function side(polygon: Polygon, [x, y]: Vertex): number {
  const found = pointInPolygon(
    [x, y],
    polygon.map((ring) => ring.map(([a, b]) => [a, b])) as never,
  );
  return found === 0 ? 0 : found ? 1 : -1;
}

it("a polygon is inside another only if none of its points is outside, nor a hole inside it", () => {
  fc.assert(
    fc.property(holed, star(0.5, 4), offset, offset, (outer, ring, dx, dy) => {
      const inner = moved([ring], dx / 2, dy / 2);
      if (!geofenceInside(fence(outer), fence(inner))) return;
      for (const point of samples(inner)) expect(side(outer, point)).toBeGreaterThanOrEqual(-0.5);
      for (const point of samples(outer)) expect(side(inner, point)).toBeLessThan(1);
    }),
    { numRuns: 2000 },
  );
});

it("a polygon is not inside another if a corner of it is outside, or one of the other in it", () => {
  fc.assert(
    fc.property(holed, star(0.5, 4), offset, offset, (outer, ring, dx, dy) => {
      const inner = moved([ring], dx / 2, dy / 2);
      const out = inner.flat().some((point) => side(outer, point) < 0);
      const into = outer.flat().some((point) => side(inner, point) > 0);
      if (out || into) expect(geofenceInside(fence(outer), fence(inner))).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

it("a star is inside itself, and so are its slices, which share corners and sides with it", () => {
  fc.assert(
    fc.property(star(4, 16), fc.nat(), fc.integer({ min: 1, max: 5 }), (ring, start, length) => {
      const open = ring.slice(1);
      const corners = Array.from(
        { length: Math.min(length, Math.floor(open.length / 2) - 1) + 1 },
        (_, step) => open[(start + step) % open.length] as Vertex,
      );
      expect(geofenceInside(fence([ring]), fence([ring]))).toBe(true);
      expect(geofenceInside(fence([ring]), fence(moved([ring], 0, 0, 0.5)))).toBe(true);
      if (corners.length < 2) return;
      const slice: Ring = [[0, 0], ...corners, [0, 0]];
      expect(geofenceInside(fence([ring]), fence([slice]))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it("two polygons touch when a pair of edges does or one holds a corner of the other", () => {
  fc.assert(
    fc.property(holed, star(0.5, 6), offset, offset, (first, ring, dx, dy) => {
      const second = moved([ring], dx, dy);
      const edges = edgesOf(second);
      const expected =
        edgesOf(first).some((a) => edges.some((b) => touch(a, b))) ||
        side(first, second[0]?.[0] as Vertex) >= 0 ||
        side(second, first[0]?.[0] as Vertex) >= 0;
      expect(touches(fence(first), fence(second))).toBe(expected);
      expect(touches(fence(second), fence(first))).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

/** The least distance to any edge, by a search of each with Vincenty's formula. */
function distanceM(polygon: Polygon, point: LatLng): number {
  const edges = edgesOf(polygon).map(({ x1, y1, x2, y2 }) => {
    const distance = (t: number) =>
      geodesicM(point, { longitude: x1 + t * (x2 - x1), latitude: y1 + t * (y2 - y1) });
    let [low, high] = [0, 1];
    for (let round = 0; round < 60; round++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (distance(a) < distance(b)) high = b;
      else low = a;
    }
    return distance((low + high) / 2);
  });
  return Math.min(...edges);
}

it("a circle is inside up to the geodesic distance of the boundary, to two centimetres", () => {
  const centre = fc.record({
    latitude: fc.double({ min: -80, max: 80, noNaN: true }),
    longitude: fc.double({ min: -170, max: 170, noNaN: true }),
  });
  const within = fc.double({ min: -0.6, max: 0.6, noNaN: true });
  fc.assert(
    fc.property(holed, centre, within, within, (shape, middle, dx, dy) => {
      // About 16 km across at the equator.
      const size = 0.072 / 16;
      const polygon = moved(shape, middle.longitude, middle.latitude, size);
      const point = {
        longitude: middle.longitude + dx * 16 * size,
        latitude: middle.latitude + dy * 16 * size,
      };
      const geofence = fence(polygon);
      const distance = distanceM(polygon, point);
      if (distance > 9_990) return;
      const inside = contains(geofence, point);
      expect(circleInside(geofence, point, Math.max(0, distance - 0.02))).toBe(inside);
      expect(circleInside(geofence, point, distance + 0.02)).toBe(false);
      expect(circleTouches(geofence, point, distance + 0.02)).toBe(true);
      if (!inside && distance > 0.02) {
        expect(circleTouches(geofence, point, distance - 0.02)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});

it("a circle near one long oblique edge is measured as rightly", () => {
  const latitude = fc.oneof(
    fc.double({ min: -80, max: 80, noNaN: true }),
    fc.double({ min: 78, max: 80, noNaN: true }),
  );
  const slope = fc.double({ min: -2, max: 2, noNaN: true });
  const away = fc.double({ min: 0.001, max: 0.12, noNaN: true });
  fc.assert(
    fc.property(latitude, slope, away, (south, slopeM, up) => {
      const rise = 2 * slopeM * Math.cos((south * Math.PI) / 180);
      const edge: Ring = [
        [-2, south - rise],
        [2, south + rise],
        [0, south > 0 ? -89 : 89],
        [-2, south - rise],
      ];
      const point = at([0.01, south + (south > 0 ? -up : up)]);
      const distance = distanceM([edge], point);
      if (distance > 9_900) return;
      const geofence = fence([edge]);
      expect(circleInside(geofence, point, distance - 0.03)).toBe(contains(geofence, point));
      expect(circleInside(geofence, point, distance + 0.03)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
