import { describe, expect, it } from "vitest";
import {
  fullEffort,
  geofenceInside,
  prepareGeofence,
  touches,
} from "../../src/compliance/containment.js";
import type { Polygon, Ring } from "../../src/store/records.js";

const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const fence = (...polygons: Polygon[]) => prepareGeofence({ polygons });
const ring = fence([box(0, 0, 9, 9), box(3, 3, 6, 6)]);

describe("geofenceInside holds", () => {
  it.each([
    ["what is well inside", [box(1, 1, 2, 2)]],
    ["the same outline", [box(0, 0, 9, 9), box(3, 3, 6, 6)]],
    ["a wider hole around the hole", [box(0, 0, 9, 9), box(2, 2, 7, 7)]],
    ["what shares a side", [box(0, 2, 2, 4)]],
    ["what shares a part of a side of the hole", [box(1, 2, 3, 5)]],
    ["what fits between boundary and hole", [box(0, 3, 3, 6)]],
    ["what touches a corner of the hole", [box(1, 1, 3, 3)]],
  ])("for %s", (_name, polygon) => {
    expect(geofenceInside(ring, fence(polygon))).toBe(true);
  });

  it("for the parts of a zone that was cut at the antimeridian", () => {
    const zone = fence([box(179, 0, 180, 4)], [box(-180, 0, -179, 4)]);
    expect(geofenceInside(zone, fence([box(179.5, 1, 180, 2)], [box(-180, 1, -179.5, 2)]))).toBe(
      true,
    );
    expect(geofenceInside(zone, fence([box(179.5, 1, 180, 2)], [box(-180, 1, -178.5, 2)]))).toBe(
      false,
    );
  });

  it("where corners lie on the other's sides without common corners", () => {
    const diamond: Ring = [
      [4.5, 0],
      [9, 4.5],
      [4.5, 9],
      [0, 4.5],
      [4.5, 0],
    ];
    expect(geofenceInside(fence([box(0, 0, 9, 9)]), fence([diamond]))).toBe(true);
    expect(geofenceInside(fence([diamond]), fence([box(0, 0, 9, 9)]))).toBe(false);
  });
});

describe("geofenceInside does not hold", () => {
  it.each([
    ["what is elsewhere", [box(20, 20, 21, 21)]],
    ["what sticks out", [box(8, 1, 10, 2)]],
    ["what spans the hole", [box(2, 2, 7, 7)]],
    ["what fills the hole exactly", [box(3, 3, 6, 6)]],
    ["what is in the hole", [box(4, 4, 5, 5)]],
    ["what reaches a little into the hole", [box(1, 1, 3.001, 3.001)]],
    ["what crosses the hole in a strip", [box(1, 4, 8, 5)]],
    ["what goes around the zone", [box(-1, -1, 10, 10)]],
    ["a hole that is smaller than the zone's", [box(0, 0, 9, 9), box(4, 4, 5, 5)]],
  ])("for %s", (_name, polygon) => {
    expect(geofenceInside(ring, fence(polygon))).toBe(false);
  });

  it("for what lies half in one part and half in another, over the gap between them", () => {
    const two = fence([box(0, 0, 1, 1)], [box(2, 0, 3, 1)]);
    expect(geofenceInside(two, fence([box(0.5, 0.2, 2.5, 0.8)]))).toBe(false);
    expect(geofenceInside(two, fence([box(0.2, 0.2, 0.8, 0.8)], [box(2.2, 0.2, 2.8, 0.8)]))).toBe(
      true,
    );
  });

  it("for what leaves through a corner", () => {
    const notch: Ring = [
      [0, 0],
      [9, 0],
      [9, 9],
      [4.5, 4.5],
      [0, 9],
      [0, 0],
    ];
    const across: Ring = [
      [4, 4],
      [5, 4],
      [5, 5],
      [4, 5],
      [4, 4],
    ];
    expect(geofenceInside(fence([notch]), fence([across]))).toBe(false);
  });
});

describe("touches", () => {
  it.each([
    ["overlap", [box(8, 8, 12, 12)], true],
    ["a common side", [box(9, 0, 12, 9)], true],
    ["a common corner", [box(9, 9, 12, 12)], true],
    ["one inside", [box(1, 1, 2, 2)], true],
    ["one around", [box(-1, -1, 10, 10)], true],
    ["one that fills the hole", [box(3, 3, 6, 6)], true],
    ["one in the hole, apart from its boundary", [box(4, 4, 5, 5)], false],
    ["one elsewhere", [box(20, 0, 21, 1)], false],
    [
      "one beside, boxes overlapping",
      [
        [
          [8, 10],
          [10, 8],
          [11, 11],
          [8, 10],
        ] as Ring,
      ],
      true,
    ],
    [
      "one past the corner",
      [
        [
          [8, 11],
          [11, 8],
          [11, 11],
          [8, 11],
        ] as Ring,
      ],
      false,
    ],
  ] as const)("sees %s", (_name, polygon, expected) => {
    expect(touches(ring, fence(polygon))).toBe(expected);
    expect(touches(fence(polygon), ring)).toBe(expected);
  });

  it("sees that 180 and -180 degrees are one meridian", () => {
    const east = fence([box(179, 0, 180, 1)]);
    expect(touches(east, fence([box(-180, 0.5, -179, 2)]))).toBe(true);
    expect(touches(fence([box(-180, 0.5, -179, 2)]), east)).toBe(true);
    expect(touches(east, fence([box(-180, 2, -179, 3)]))).toBe(false);
    expect(touches(east, fence([box(-179.9, 0, -179, 1)]))).toBe(false);
  });
});

describe("without the effort that an answer takes", () => {
  const spent = () => ({ left: 1 });

  it("a geofence is not said to be inside another", () => {
    expect(geofenceInside(ring, fence([box(1, 1, 2, 2)]))).toBe(true);
    expect(geofenceInside(ring, fence([box(1, 1, 2, 2)]), spent())).toBe(false);
  });

  it("two geofences are said to touch, but not when even their bounds are apart", () => {
    expect(touches(ring, fence([box(4, 4, 5, 5)]))).toBe(false);
    expect(touches(ring, fence([box(4, 4, 5, 5)]), spent())).toBe(true);
    expect(touches(ring, fence([box(20, 0, 21, 1)]), spent())).toBe(false);
  });

  it("an effort is shared by the questions that it is given to", () => {
    const effort = fullEffort();
    expect(geofenceInside(ring, fence([box(1, 1, 2, 2)]), effort)).toBe(true);
    const one = fullEffort().left - effort.left;
    expect(one).toBeGreaterThan(0);
    expect(geofenceInside(ring, fence([box(1, 1, 2, 2)]), effort)).toBe(true);
    expect(fullEffort().left - effort.left).toBe(2 * one);
  });
});
