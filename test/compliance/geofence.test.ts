import { describe, expect, it } from "vitest";
import { ANTIMERIDIAN_CROSSINGS_MAX } from "../../src/compliance/antimeridian.js";
import { contains, prepareGeofence } from "../../src/compliance/containment.js";
import { parseGeofence, toGeojson } from "../../src/compliance/geofence.js";
import { GEOJSON_LENGTH_MAX, ZONE_VERTICES_MAX } from "../../src/compliance/geojson.js";

type Ring = readonly (readonly unknown[])[];

const box = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

const polygon = (...rings: readonly unknown[]) =>
  JSON.stringify({ type: "Polygon", coordinates: rings });
const multi = (...polygons: readonly (readonly unknown[])[]) =>
  JSON.stringify({ type: "MultiPolygon", coordinates: polygons });

/** A box that is written as it is seen on a globe, with longitudes in any order. */
const acrossBox = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

function problemOf(text: string): string {
  const result = parseGeofence(text);
  if (result.ok) return "accepted";
  expect(result.fields).toHaveLength(1);
  expect(result.fields[0]?.field).toBe("geofence_geojson");
  return result.fields[0]?.description ?? "";
}

function parsed(text: string) {
  const result = parseGeofence(text);
  if (!result.ok) throw new Error(result.fields[0]?.description);
  return result.geofence;
}

function circle(vertices: number, radius = 0.01): Ring {
  const ring = Array.from({ length: vertices }, (_, i) => {
    const angle = (i / vertices) * 2 * Math.PI;
    return [116.4 + radius * Math.cos(angle), 39.9 + radius * Math.sin(angle)];
  });
  return [...ring, ring[0] ?? []];
}

describe("parseGeofence accepts", () => {
  it.each([
    ["a square", polygon(box(116, 39, 0.01))],
    ["a square wound the other way", polygon([...box(116, 39, 0.01)].reverse())],
    ["holes", polygon(box(116, 39, 1), box(116.1, 39.1, 0.1), box(116.5, 39.5, 0.1))],
    ["several polygons", multi([box(116, 39, 0.01)], [box(117, 39, 0.01)])],
    ["a polygon in another's hole", multi([box(0, 0, 9), box(1, 1, 7)], [box(2, 2, 1)])],
    ["two parts cut at the antimeridian", multi([box(179, 10, 1)], [box(-180, 10, 1)])],
    [
      "a corner in the middle of a straight side",
      polygon([
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 2],
        [0, 0],
      ]),
    ],
    [
      "altitudes",
      polygon([
        [0, 0, 5],
        [1, 0, 5],
        [1, 1, 5],
        [0, 0, 5],
      ]),
    ],
    ["as many vertices as allowed", polygon(circle(ZONE_VERTICES_MAX - 1))],
  ])("%s", (_name, text) => {
    expect(problemOf(text)).toBe("accepted");
  });

  it("points repeated one after another, and drops them", () => {
    const geofence = parsed(
      polygon([
        [0, 0],
        [0, 0],
        [1, 0],
        [1, 1],
        [1, 1],
        [0, 0],
        [0, 0],
      ]),
    );
    expect(geofence.polygons).toEqual([
      [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    ]);
  });

  it("a ring across the antimeridian, and cuts it there", () => {
    const { polygons } = parsed(polygon(acrossBox(179, 10, -179, 11)));
    expect(polygons).toEqual([
      [expect.arrayContaining([...acrossBox(179, 10, 180, 11)])],
      [expect.arrayContaining([...acrossBox(-180, 10, -179, 11)])],
    ]);
    const cut = prepareGeofence({ polygons });
    for (const longitude of [179, 179.5, 180, -180, -179.5, -179]) {
      expect(contains(cut, { longitude, latitude: 10.5 })).toBe(true);
    }
    for (const longitude of [178.9, -178.9, 0]) {
      expect(contains(cut, { longitude, latitude: 10.5 })).toBe(false);
    }
  });

  it("holes on either side of the antimeridian and across it", () => {
    const { polygons } = parsed(
      polygon(
        acrossBox(170, 0, -170, 10),
        acrossBox(172, 2, 173, 3),
        acrossBox(-173, 2, -172, 3),
        acrossBox(179, 5, -179, 6),
      ),
    );
    const cut = prepareGeofence({ polygons });
    const at = (longitude: number, latitude: number) => contains(cut, { longitude, latitude });
    expect([at(172.5, 2.5), at(-172.5, 2.5), at(180, 5.5), at(179.5, 5.5)]).not.toContain(true);
    expect([at(175, 2.5), at(180, 4), at(-179.5, 7), at(-171, 9)]).not.toContain(false);
  });

  it("longitudes of 180 degrees written with either sign", () => {
    expect(parsed(polygon(acrossBox(179, 0, -180, 1))).polygons).toEqual([
      [acrossBox(179, 0, 180, 1)],
    ]);
    expect(parsed(polygon(acrossBox(180, 0, -179, 1))).polygons).toEqual([
      [acrossBox(-180, 0, -179, 1)],
    ]);
  });

  it("what it writes itself", () => {
    for (const text of [polygon(box(116, 39, 1)), multi([box(0, 0, 1)], [box(5, 5, 1)])]) {
      expect(toGeojson(parsed(text))).toBe(text);
    }
  });
});

describe("parseGeofence refuses", () => {
  it.each([
    ["nothing", "", /empty/],
    ["blanks", "  \n", /empty/],
    ["what is no JSON", "{type: Polygon}", /not a GeoJSON object/],
    ["a list", "[]", /not a GeoJSON object/],
    ["null", "null", /not a GeoJSON object/],
    ["another type", '{"type":"Point","coordinates":[0,0]}', /"Polygon" or "MultiPolygon"/],
    ["a type that is no text", '{"type":{"a":1}}', /"Polygon" or "MultiPolygon"/],
    ["a feature", '{"type":"Feature","geometry":{}}', /the geometry inside it/],
    ["a crs", '{"type":"Polygon","crs":{},"coordinates":[]}', /crs/],
    ["no coordinates", '{"type":"Polygon"}', /no ring/],
    ["no ring", polygon(), /no ring/],
    ["no polygon", multi(), /no polygon/],
    ["coordinates that are no list", '{"type":"MultiPolygon","coordinates":7}', /no array/],
    ["a ring that is no list", polygon(7), /no array of positions/],
    ["an empty ring", polygon([]), /fewer than four/],
    [
      "three positions",
      polygon([
        [0, 0],
        [1, 1],
        [0, 0],
      ]),
      /fewer than four/,
    ],
    [
      "an open ring",
      polygon([
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
      /open ring/,
    ],
    [
      "two corners",
      polygon([
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
      /fewer than three different/,
    ],
    [
      "one point",
      polygon([
        [5, 5],
        [5, 5],
        [5, 5],
        [5, 5],
      ]),
      /fewer than three different/,
    ],
    [
      "corners on one line",
      polygon([
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
      /no area/,
    ],
    [
      "a text for a number",
      polygon([
        ["0", 0],
        [1, 0],
        [1, 1],
        ["0", 0],
      ]),
      /finite number/,
    ],
    [
      "null for a number",
      polygon([
        [null, 0],
        [1, 0],
        [1, 1],
        [null, 0],
      ]),
      /finite number/,
    ],
    ["infinity", polygon(box(0, 0, 1)).replaceAll("[1,1]", "[1e999,1]"), /finite number/],
    ["a position of one number", polygon([[0], [1, 0], [1, 1], [0]]), /\[longitude, latitude\]/],
    ["a position of four", polygon([[0, 0, 0, 0]]), /\[longitude, latitude\]/],
    [
      "swapped coordinates",
      polygon([
        [39.9, 116.4],
        [40, 116.4],
        [40, 117],
        [39.9, 116.4],
      ]),
      /swapped/,
    ],
    ["a latitude beyond the pole", polygon(box(120, 89.5, 1)), /latitude beyond 90/],
    ["a longitude beyond 180", polygon(box(179.5, 0, 1)), /longitude beyond 180/],
    [
      "a ring around the north pole",
      polygon([
        [0, 80],
        [120, 80],
        [-120, 80],
        [0, 80],
      ]),
      /goes around a pole/,
    ],
    ["a corner at a pole", polygon(box(120, 89, 1)), /reaches a pole/],
    [
      "a ring that winds around the Earth",
      polygon([
        [0, 0],
        [120, 1],
        [-120, 2],
        [0, 3],
        [120, 4],
        [120, 5],
        [0, 4],
        [-120, 3],
        [120, 2],
        [0, 1],
        [0, 0],
      ]),
      /goes around the Earth/,
    ],
    [
      "a bow tie across the antimeridian",
      polygon([
        [179, 0],
        [-179, 1],
        [-179, 0],
        [179, 1],
        [179, 0],
      ]),
      /crosses or touches/,
    ],
    [
      "a zigzag along the antimeridian",
      polygon([
        [179, 0],
        ...Array.from({ length: ANTIMERIDIAN_CROSSINGS_MAX + 2 }, (_, at) => [
          at % 2 === 0 ? -179 : 179,
          at / 10,
        ]),
        [170, 20],
        [179, 0],
      ]),
      /crosses the antimeridian more than 100 times/,
    ],
    [
      "a hole elsewhere in what crosses the antimeridian",
      polygon(acrossBox(179, 0, -179, 1), box(10, 0.2, 0.5)),
      /hole outside/,
    ],
    [
      "what overlaps beyond the antimeridian",
      multi([acrossBox(179, 0, -179, 1)], [box(-179.5, 0.5, 1)]),
      /crosses or touches/,
    ],
    [
      "a bow tie",
      polygon([
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
        [0, 0],
      ]),
      /crosses or touches/,
    ],
    [
      "a spike",
      polygon([
        [0, 0],
        [4, 0],
        [4, 4],
        [4, 8],
        [4, 4],
        [0, 4],
        [0, 0],
      ]),
      /crosses or touches/,
    ],
    [
      "a ring that touches itself at a corner",
      polygon([
        [0, 0],
        [4, 0],
        [2, 2],
        [4, 4],
        [0, 4],
        [2, 2],
        [0, 0],
      ]),
      /crosses or touches/,
    ],
    ["a hole outside", polygon(box(0, 0, 1), box(5, 5, 1)), /hole outside/],
    ["a hole across the outer ring", polygon(box(0, 0, 2), box(1, 1, 2)), /crosses or touches/],
    ["a hole that is the outer ring", polygon(box(0, 0, 2), box(0, 0, 2)), /crosses or touches/],
    ["a hole around the outer ring", polygon(box(2, 2, 1), box(0, 0, 9)), /hole outside/],
    ["a hole in a hole", polygon(box(0, 0, 9), box(1, 1, 6), box(2, 2, 1)), /inside another hole/],
    ["polygons that overlap", multi([box(0, 0, 2)], [box(1, 1, 2)]), /crosses or touches/],
    ["a polygon in another", multi([box(0, 0, 9)], [box(1, 1, 1)]), /polygon inside another/],
    ["too many vertices", polygon(circle(ZONE_VERTICES_MAX)), /more than 10000 vertices/],
    [
      "too many vertices in many parts",
      multi(
        ...Array.from({ length: 2001 }, (_, i) => [box((i % 90) * 0.5, Math.floor(i / 90), 0.1)]),
      ),
      /more than 10000/,
    ],
    [
      "a text that is too long",
      " ".repeat(GEOJSON_LENGTH_MAX) + polygon(box(0, 0, 1)),
      /longer than/,
    ],
    [
      "a text of numbers that are no positions",
      `{"type":"Polygon","coordinates":[${"1,".repeat(50_000)}1]}`,
      /more than 10000 vertices/,
    ],
    [
      "a text of other members",
      `{${Array.from({ length: 1000 }, (_, i) => `"a${i}":0`).join(",")}}`,
      /very many members/,
    ],
    ["blanks up to the limit", " ".repeat(GEOJSON_LENGTH_MAX), /empty/],
    [
      "a nest deeper than any vertex needs",
      `{"type":"Polygon","coordinates":${"[".repeat(400_000)}${"]".repeat(400_000)}}`,
      /more than 10000 vertices/,
    ],
    [
      "a deep nest",
      `{"type":"Polygon","coordinates":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      /\[longitude, latitude\]/,
    ],
  ] as const)("%s", (_name, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  it("names the polygon and ring that are wrong", () => {
    const open = [...box(1, 1, 1)].slice(0, 4);
    expect(problemOf(multi([box(10, 10, 1)], [box(0, 0, 9), open]))).toBe(
      "has an open ring: repeat the first position at the end (hole 1), in polygon 2",
    );
  });

  it("GCJ-02 outside China", () => {
    const result = parseGeofence(polygon(box(2, 48, 1)), "GCJ02");
    expect(result.ok).toBe(false);
  });
});

it("a geofence in GCJ-02 is converted and its original kept", () => {
  const text = polygon(box(116.4, 39.9, 0.01));
  const result = parseGeofence(text, "GCJ02");
  if (!result.ok) throw new Error("refused");
  expect(result.geofence.original).toEqual({ datum: "GCJ02", geojson: text });
  const [longitude, latitude] = result.geofence.polygons[0]?.[0]?.[0] ?? [0, 0];
  expect(longitude).toBeCloseTo(116.39376, 4);
  expect(latitude).toBeCloseTo(39.8986, 4);
});

describe("contains", () => {
  const ring = prepareGeofence(parsed(polygon(box(0, 0, 8), box(2, 2, 4))));
  const at = (longitude: number, latitude: number) => contains(ring, { longitude, latitude });

  it("is true inside and false outside and in a hole", () => {
    expect(at(1, 1)).toBe(true);
    expect(at(4, 4)).toBe(false);
    expect(at(9, 4)).toBe(false);
    expect(at(-1, 8)).toBe(false);
  });

  it("counts boundaries and corners as inside, those of holes too", () => {
    for (const [x, y] of [
      [0, 0],
      [8, 8],
      [8, 0],
      [4, 0],
      [0, 3],
      [8, 5],
      [5, 8],
    ] as const) {
      expect(at(x, y)).toBe(true);
    }
    for (const [x, y] of [
      [2, 2],
      [6, 6],
      [4, 2],
      [2, 4],
      [6, 3],
      [3, 6],
    ] as const) {
      expect(at(x, y)).toBe(true);
    }
  });

  it("is false for what is not a place", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(at(bad, 1)).toBe(false);
      expect(at(1, bad)).toBe(false);
    }
  });

  it("takes 180 and -180 degrees for one meridian", () => {
    const pair = prepareGeofence(parsed(multi([box(179, 10, 1)], [box(-180, 20, 1)])));
    expect(contains(pair, { longitude: -180, latitude: 10.5 })).toBe(true);
    expect(contains(pair, { longitude: 180, latitude: 20.5 })).toBe(true);
    expect(contains(pair, { longitude: 180, latitude: 15 })).toBe(false);
  });
});
