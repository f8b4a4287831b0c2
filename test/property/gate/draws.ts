import fc from "fast-check";
import { type LatLng, purposes } from "../../../src/store/records.js";
import { DAY_MS, inside, inToilet, NOW } from "../../compliance/world.js";

/** A moment near the others, so that every order of them comes up. */
export const moment = fc.integer({ min: NOW, max: NOW + 12 });
/** Long before all of them. */
const earlier = fc.constantFrom(NOW - DAY_MS, NOW - DAY_MS, NOW - DAY_MS);
/** Long after. */
const later = fc.constantFrom(NOW + 20 * DAY_MS, NOW + 30 * DAY_MS);
export const past = fc.oneof({ arbitrary: earlier, weight: 4 }, moment);
export const future = fc.oneof({ arbitrary: later, weight: 4 }, moment);

export const zoneNames = ["plaza", "station"] as const;
export const zoneId = fc.constantFrom(...zoneNames);
export const galleryId = fc.constantFrom("wanted", "staff");
export const cameraId = fc.constantFrom("c1", "c2", "m1");
export const purpose = fc.constantFrom(...purposes);
export const zoneIds = fc.subarray(["plaza", "station"]);
export const someZoneIds = fc.subarray(["plaza", "station"], { minLength: 1 });
export const entranceIds = ["east", "west"] as const;
export const hash = "ab".repeat(32);
export const usually = <T>(good: T, ...bad: readonly T[]) =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 6 }, fc.constantFrom(...bad));

/** In the middle, on the edge, beyond it, in the toilet, 85 m west of it. */
export const place: fc.Arbitrary<LatLng> = fc.constantFrom(
  inside,
  inside,
  { latitude: 39.905, longitude: 116.4 },
  { latitude: 39.905, longitude: 116.42 },
  { latitude: 39.8, longitude: 116.405 },
  inToilet,
  { latitude: 39.9085, longitude: 116.407 },
);

export function put<T>(list: readonly T[], item: T, isSame: (a: T, b: T) => boolean): T[] {
  return [...list.filter((other) => !isSame(other, item)), item];
}
