import { expect, it } from "vitest";
import { boundaryDistanceM, isNear, prepareGeofence } from "../../src/compliance/containment.js";
import { inside, square } from "./world.js";

const geofence = prepareGeofence({ polygons: [square] });

it("boundaryDistanceM is in metres, from outside and from inside", () => {
  const north = { latitude: 39.911, longitude: 116.405 };
  expect(boundaryDistanceM(geofence, north)).toBeCloseTo(111.2, 1);
  // The nearest side is east or west: 0.005 degrees of longitude at this latitude.
  expect(boundaryDistanceM(geofence, inside)).toBeCloseTo(0.005 * 111_195 * 0.76707, 0);
});

it("boundaryDistanceM goes to the nearest corner where no side is nearer", () => {
  const corner = { latitude: 39.9 - 0.0003, longitude: 116.4 - 0.0004 };
  const [x, y] = [0.0004 * 111_195 * Math.cos((39.9 * Math.PI) / 180), 0.0003 * 111_195];
  expect(boundaryDistanceM(geofence, corner)).toBeCloseTo(Math.hypot(x, y), 2);
});

it("isNear holds inside, and outside up to the distance", () => {
  const north = { latitude: 39.911, longitude: 116.405 };
  expect(isNear(geofence, inside, 0)).toBe(true);
  expect(isNear(geofence, north, 112)).toBe(true);
  expect(isNear(geofence, north, 111)).toBe(false);
  expect(isNear(geofence, { latitude: NaN, longitude: 0 }, 1e9)).toBe(false);
});
