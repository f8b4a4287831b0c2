import { describe, expect, it } from "vitest";
import { gcj02ToBd09, isInChina, toWgs84, wgs84ToGcj02 } from "../../src/compliance/datum.js";

/** Published pairs of WGS-84 and GCJ-02 (latitude, longitude). */
const published = [
  ["Shanghai", [31.1774276, 121.5272106], [31.17530398364597, 121.531541859215]],
  ["Shenzhen", [22.543847, 113.912316], [22.540796131694766, 113.9171764808363]],
  ["Beijing", [39.911954, 116.377817], [39.91334545536069, 116.38404722455657]],
] as const;

const at = ([latitude, longitude]: readonly [number, number]) => ({ latitude, longitude });

describe.each(published)("at %s", (_name, wgs84, gcj02) => {
  it("WGS-84 becomes the published GCJ-02", () => {
    const { latitude, longitude } = wgs84ToGcj02(at(wgs84));
    expect(latitude).toBeCloseTo(gcj02[0], 9);
    expect(longitude).toBeCloseTo(gcj02[1], 9);
  });

  it("GCJ-02 comes back to WGS-84", () => {
    const point = toWgs84(at(gcj02), "GCJ02");
    expect(point?.latitude).toBeCloseTo(wgs84[0], 8);
    expect(point?.longitude).toBeCloseTo(wgs84[1], 8);
  });
});

it("BD-09 agrees with the published pair, both ways", () => {
  const wgs84 = { latitude: 39.914266, longitude: 116.403988 };
  const bd09 = gcj02ToBd09(wgs84ToGcj02(wgs84));
  expect(bd09.latitude).toBeCloseTo(39.92196580126834, 9);
  expect(bd09.longitude).toBeCloseTo(116.41661560068297, 9);
  const back = toWgs84(bd09, "BD09");
  expect(back?.latitude).toBeCloseTo(wgs84.latitude, 8);
  expect(back?.longitude).toBeCloseTo(wgs84.longitude, 8);
});

it("WGS-84 stays as it is, anywhere", () => {
  const paris = { latitude: 48.85, longitude: 2.35 };
  expect(toWgs84(paris, "WGS84")).toBe(paris);
});

it("GCJ-02 and BD-09 mean nothing outside China", () => {
  const paris = { latitude: 48.85, longitude: 2.35 };
  expect(isInChina(paris)).toBe(false);
  expect(toWgs84(paris, "GCJ02")).toBeNull();
  expect(toWgs84(paris, "BD09")).toBeNull();
  expect(toWgs84({ latitude: NaN, longitude: 116 }, "GCJ02")).toBeNull();
});
