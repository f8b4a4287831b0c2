import { describe, expect, it } from "vitest";
import { CIRCLE_RADIUS_M_MAX, circleInside, circleTouches } from "../../src/compliance/circle.js";
import { prepareGeofence } from "../../src/compliance/prepared.js";
import type { Polygon, Ring } from "../../src/store/records.js";
import { geodesicM } from "./vincenty.js";

const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const fence = (...polygons: Polygon[]) => prepareGeofence({ polygons });
const at = (longitude: number, latitude: number) => ({ longitude, latitude });

it("the geodesic of the tests agrees with a published one", () => {
  // Flinders Peak to Buninyong, Geocentric Datum of Australia Technical Manual.
  const flinders = at(144 + 25 / 60 + 29.52442 / 3600, -(37 + 57 / 60 + 3.7203 / 3600));
  const buninyong = at(143 + 55 / 60 + 35.38393 / 3600, -(37 + 39 / 60 + 10.15611 / 3600));
  expect(geodesicM(flinders, buninyong)).toBeCloseTo(54_972.271, 2);
});

describe("circleInside", () => {
  const zone = fence([box(116, 39, 117, 40)]);
  const centre = at(116.05, 39.5);
  /** To the western side: along a parallel, where the geodesic bends a little to the north. */
  const toSideM = geodesicM(centre, at(116, 39.5));

  it("holds up to the boundary, to a decimetre", () => {
    expect(circleInside(zone, centre, 0)).toBe(true);
    expect(circleInside(zone, centre, 100)).toBe(true);
    expect(circleInside(zone, centre, toSideM - 0.1)).toBe(true);
    expect(circleInside(zone, centre, toSideM + 0.1)).toBe(false);
  });

  it("is not for a centre outside, however small the circle", () => {
    expect(circleInside(zone, at(115.999, 39.5), 0)).toBe(false);
    expect(circleInside(zone, at(115.999, 39.5), 10)).toBe(false);
  });

  it("on the boundary holds for a point only", () => {
    expect(circleInside(zone, at(116, 39.5), 0)).toBe(true);
    expect(circleInside(zone, at(116, 39.5), 0.01)).toBe(false);
  });

  it("keeps clear of holes, also of one wholly within the circle", () => {
    const holed = fence([box(116, 39, 117, 40), box(116.5, 39.5, 116.501, 39.501)]);
    const near = at(116.503, 39.5005);
    const distance = geodesicM(near, at(116.501, 39.5005));
    expect(circleInside(holed, near, distance - 0.01)).toBe(true);
    expect(circleInside(holed, near, distance + 0.01)).toBe(false);
    expect(circleInside(holed, near, 5000)).toBe(false);
    expect(circleInside(zone, near, 5000)).toBe(true);
  });

  it("sees past the antimeridian where the zone was cut, and not where it ends", () => {
    const cut = fence([box(179, -18, 180, -17)], [box(-180, -18, -179, -17)]);
    expect(circleInside(cut, at(179.999, -17.5), 5000)).toBe(true);
    expect(circleInside(cut, at(-179.999, -17.5), 5000)).toBe(true);
    expect(circleInside(cut, at(180, -17.5), 5000)).toBe(true);
    const shifted = fence([box(179, -18, 180, -17)], [box(-180, -17.5, -179, -16.5)]);
    expect(circleInside(shifted, at(179.999, -17.25), 5000)).toBe(true);
    expect(circleInside(shifted, at(179.999, -17.51), 1500)).toBe(false);
    expect(circleInside(shifted, at(179.999, -17.9), 500)).toBe(false);
    expect(circleInside(fence([box(179, -18, 180, -17)]), at(179.999, -17.5), 500)).toBe(false);
  });

  it("is not inside when it reaches a pole or is no circle", () => {
    expect(circleInside(fence([box(-180, 80, 180, 90)]), at(0, 89.95), 10_000)).toBe(false);
    const whole = fence([box(-180, -90, 180, 90)]);
    for (const radius of [NaN, -1, Infinity, CIRCLE_RADIUS_M_MAX + 1]) {
      expect(circleInside(whole, at(0, 0), radius)).toBe(false);
      expect(circleTouches(whole, at(0, 0), radius)).toBe(true);
    }
    expect(circleInside(whole, at(NaN, 0), 1)).toBe(false);
    expect(circleTouches(zone, at(NaN, 0), 1)).toBe(true);
  });
});

describe("circleTouches", () => {
  const room = fence([box(116.5, 39.5, 116.501, 39.501)]);
  const beside = at(116.503, 39.5005);
  const distance = geodesicM(beside, at(116.501, 39.5005));

  it("holds from where the circle reaches the boundary", () => {
    expect(circleTouches(room, beside, distance - 0.01)).toBe(false);
    expect(circleTouches(room, beside, distance + 0.01)).toBe(true);
    expect(circleTouches(room, beside, 0)).toBe(false);
  });

  it("holds for a centre inside and for a circle around it all", () => {
    expect(circleTouches(room, at(116.5005, 39.5005), 0)).toBe(true);
    expect(circleTouches(room, beside, 10_000)).toBe(true);
  });
});
