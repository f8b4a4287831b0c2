import { describe, expect, it } from "vitest";
import { describeBox, describeExtent, summariseGeofence } from "../../src/cli/geofence-summary.js";

type Ring = [number, number][];
const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const told = (...polygons: Ring[][]) => {
  const summary = summariseGeofence(
    JSON.stringify({ type: "MultiPolygon", coordinates: polygons }),
  );
  if (summary === null) throw new Error("it cannot be read");
  return { ...summary, extent: describeExtent(summary), at: describeBox(summary) };
};

describe("summariseGeofence()", () => {
  it("counts corners without the closing ones, and gives the box with latitude first", () => {
    const { extent, at } = told([square(121.47, 31.23, 0.004)]);
    expect(extent).toMatch(/^1 part, 4 corners, 169,\d{3} m²$/);
    expect(at).toBe("31.23,121.47 to 31.234,121.474");
  });

  it("knows the area of a degree at the equator to half a percent", () => {
    // 110.574 km by 111.320 km on the ellipsoid.
    expect(told([square(0, 0, 1)]).areaM2 / (110_574 * 111_320)).toBeCloseTo(1, 2);
  });

  it("takes holes off, and adds parts up", () => {
    const whole = told([square(10, 50, 0.3)]);
    const cut = told([square(10, 50, 0.3), square(10.1, 50.1, 0.1).toReversed()]);
    expect(cut.extent).toMatch(/^1 part, 1 hole, 8 corners, /);
    expect(cut.areaM2 / whole.areaM2).toBeCloseTo(8 / 9, 2);
    const two = told([square(10, 50, 0.1)], [square(11, 50, 0.1)]);
    expect(two).toMatchObject({ parts: 2, vertices: 8 });
  });

  it("gives a box across the antimeridian from west to east", () => {
    const ring = square(179.9, -18, 0.2).map(([longitude, latitude]): [number, number] => [
      longitude > 180 ? longitude - 360 : longitude,
      latitude,
    ]);
    const { box, at } = told([ring]);
    expect(box.west).toBeGreaterThan(box.east);
    expect(at).toBe("-18,179.9 to -17.8,-179.9");
  });

  it("gives up on what is no geofence", () => {
    expect(summariseGeofence("nonsense")).toBeNull();
  });
});
