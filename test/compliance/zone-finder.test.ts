import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, prepareGeofence } from "../../src/compliance/containment.js";
import { createZoneFinder } from "../../src/compliance/zone-finder.js";
import type { Polygon, Ring } from "../../src/store/records.js";

const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const fence = (...polygons: Polygon[]) => prepareGeofence({ polygons });
const at = (longitude: number, latitude: number) => ({ longitude, latitude });

describe("zonesAt", () => {
  it("finds nothing among no zones", () => {
    expect(createZoneFinder().zonesAt(at(0, 0))).toEqual([]);
  });

  it("names every zone that holds the point, in order, and none whose hole does", () => {
    const finder = createZoneFinder();
    finder.put("b", fence([box(0, 0, 2, 2)]));
    finder.put("a", fence([box(1, 1, 3, 3)]));
    finder.put("holed", fence([box(0, 0, 9, 9), box(1, 1, 2, 2)]));
    expect(finder.zonesAt(at(1.5, 1.5))).toEqual(["a", "b"]);
    expect(finder.zonesAt(at(2.5, 2.5))).toEqual(["a", "holed"]);
    expect(finder.zonesAt(at(20, 20))).toEqual([]);
  });

  it("forgets a deleted zone, and the old place of a moved one, packed or not", () => {
    const finder = createZoneFinder();
    for (let i = 0; i < 300; i++) finder.put(`z${i}`, fence([box(i, 0, i + 1, 1)]));
    finder.put("z7", fence([box(7, 50, 8, 51)]));
    finder.delete("z9");
    finder.delete("never");
    expect(finder.zonesAt(at(7.5, 0.5))).toEqual([]);
    expect(finder.zonesAt(at(7.5, 50.5))).toEqual(["z7"]);
    expect(finder.zonesAt(at(9.5, 0.5))).toEqual([]);
    for (let i = 0; i < 300; i++) finder.delete(`z${i}`);
    expect(finder.zonesAt(at(7.5, 50.5))).toEqual([]);
  });

  it("names a zone once, whose parts meet at the antimeridian", () => {
    const finder = createZoneFinder();
    finder.put("dateline", fence([box(179, 0, 180, 1)], [box(-180, 0, -179, 1)]));
    for (const longitude of [180, -180, 179.5, -179.5]) {
      expect(finder.zonesAt(at(longitude, 0.5))).toEqual(["dateline"]);
    }
  });

  it("finds nothing for what is no place", () => {
    const finder = createZoneFinder();
    finder.put("a", fence([box(-180, -80, 180, 80)]));
    for (let i = 0; i < 100; i++) finder.put(`z${i}`, fence([box(i, 0, i + 1, 1)]));
    expect(finder.zonesAt(at(NaN, NaN))).toEqual([]);
    expect(finder.zonesAt(at(Infinity, 0))).toEqual([]);
  });

  it("agrees with looking at every zone, after any changes", () => {
    const change = fc.record({
      id: fc.integer({ min: 0, max: 150 }).map(String),
      deleted: fc.boolean(),
      x: fc.integer({ min: -20, max: 20 }),
      y: fc.integer({ min: -20, max: 20 }),
      size: fc.integer({ min: 1, max: 9 }),
    });
    const points = fc.array(fc.tuple(fc.integer({ min: -20, max: 30 }), fc.integer()), {
      minLength: 10,
      maxLength: 10,
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400, size: "max" }), points, (changes, places) => {
        const finder = createZoneFinder();
        const all = new Map<string, ReturnType<typeof fence>>();
        for (const { id, deleted, x, y, size } of changes) {
          const geofence = fence([box(x, y, x + size, y + size)]);
          if (deleted) {
            finder.delete(id);
            all.delete(id);
          } else {
            finder.put(id, geofence);
            all.set(id, geofence);
          }
        }
        for (const [x, y] of places) {
          const point = at(x + 0.5, (y % 20) + 0.5);
          const expected = [...all].filter(([, geofence]) => contains(geofence, point));
          expect(finder.zonesAt(point)).toEqual(expected.map(([id]) => id).sort());
        }
      }),
      { numRuns: 100 },
    );
  });
});
