import fc from "fast-check";
import { expect, test } from "vitest";
import { packZone, unpackZone } from "../../src/store/packed-zone.js";
import type { Polygon } from "../../src/store/records.js";
import { aZone } from "../contract/store-records.js";

const degrees = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const ring = fc.array(fc.tuple(degrees(180), degrees(90)), { maxLength: 6 });
const polygons: fc.Arbitrary<Polygon[]> = fc.array(fc.array(ring, { maxLength: 3 }), {
  maxLength: 3,
});
const area = fc.record({
  areaId: fc.constant("toilets"),
  displayName: fc.constant(""),
  geofence: fc.record({ polygons }),
});

test("a zone comes back bit for bit, whatever its polygons and private areas", () => {
  fc.assert(
    fc.property(polygons, fc.array(area, { maxLength: 3 }), (own, privateAreas) => {
      const zone = aZone("a", { geofence: { polygons: own }, privateAreas });
      expect(unpackZone(packZone(zone))).toEqual(zone);
    }),
  );
});

test("bytes that lie, not whole or not aligned in memory, are read for what they are", () => {
  const packed = packZone(aZone("a"));
  const moved = new Uint8Array(packed.geometry.length + 3);
  moved.set(packed.geometry, 3);
  expect(unpackZone({ ...packed, geometry: moved.subarray(3) })).toEqual(aZone("a"));
  for (let size = 0; size < packed.geometry.length; size++) {
    const geometry = packed.geometry.slice(0, size);
    expect(() => unpackZone({ ...packed, geometry })).toThrow(/restore the latest back-up/);
  }
  const longer = Uint8Array.of(...packed.geometry, 0);
  expect(() => unpackZone({ ...packed, geometry: longer })).toThrow(/does not read/);
});

test("counts that promise more than there is take neither memory nor time", () => {
  const packed = packZone(aZone("a"));
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.uint8Array({ minLength: 4, maxLength: 4 }), (at, four) => {
      const geometry = packed.geometry.slice();
      geometry.set(four, at);
      const changed = { ...packed, geometry };
      const read = () => unpackZone(changed);
      try {
        read();
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "CORRUPT" });
      }
    }),
  );
  const huge = packed.geometry.slice().fill(255, 0, 16);
  expect(() => unpackZone({ ...packed, geometry: huge })).toThrow(/does not read/);
});

test("a vertex that is no place on Earth is neither packed nor read", () => {
  for (const vertex of [
    [181, 0],
    [0, -91],
    [Number.NaN, 0],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    const zone = aZone("a", { geofence: { polygons: [[[vertex]]] }, privateAreas: [] });
    expect(() => packZone(zone)).toThrow(/no place on Earth/);
    const packed = packZone({ ...zone, geofence: { polygons: [[[[1, 2]]]] } });
    const geometry = packed.geometry.slice();
    new Float64Array(geometry.buffer).set(vertex, geometry.length / 8 - 2);
    expect(() => unpackZone({ ...packed, geometry })).toThrow(/does not read/);
  }
});
