import type { Datum, LatLng } from "../store/records.js";

/*
 * GCJ-02 (GB 20263) moves WGS-84 by a smooth offset of some hundred metres inside China. The
 * offset is not published by the state; these are the formulas in public use since 2010 (EvilTransform).
 * BD-09 moves GCJ-02 once more. The inverses have no closed form and are found by iteration.
 */

/** Krasovsky 1940: semi-major axis, metres, and first eccentricity squared. */
const AXIS_M = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;
/** Frequency of the BD-09 offset, radians per degree. */
const BD_FREQUENCY = (Math.PI * 3000) / 180;

/** The rectangle in which GCJ-02 is defined, degrees. */
const china = { west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 } as const;

/** Where the iteration stops, degrees (about 0.1 mm), and when it gives up. */
const PRECISION_DEGREES = 1e-9;
const ROUNDS_MAX = 30;

/** True where GCJ-02 and BD-09 are defined: the usual rectangle about China. */
export function isInChina({ latitude, longitude }: LatLng): boolean {
  return (
    longitude >= china.west &&
    longitude <= china.east &&
    latitude >= china.south &&
    latitude <= china.north
  );
}

/**
 * Converts to WGS-84, to within 1e-7 degrees of the exact inverse. Null when the datum is not
 * WGS-84 and the point is outside China: there these datums mean nothing, and a guess would put a
 * geofence in the wrong place.
 */
export function toWgs84(point: LatLng, datum: Datum): LatLng | null {
  if (datum === "WGS84") return point;
  if (!isInChina(point)) return null;
  const gcj02 = datum === "BD09" ? invert(point, gcj02ToBd09) : point;
  return invert(gcj02, wgs84ToGcj02);
}

/** Why a point has no WGS-84, as the end of a sentence; says so when it looks swapped. */
export function outsideChina({ latitude, longitude }: LatLng, datum: Datum): string {
  const swapped = isInChina({ latitude: longitude, longitude: latitude });
  return swapped
    ? "is not in China, but would be with latitude and longitude swapped"
    : `is not in China, where alone ${datum} is defined: send WGS-84`;
}

/** For a point in China; elsewhere the result means nothing. */
export function wgs84ToGcj02({ latitude, longitude }: LatLng): LatLng {
  const x = longitude - 105;
  const y = latitude - 35;
  const radians = (latitude / 180) * Math.PI;
  const w2 = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2;
  const meridianM = (AXIS_M * (1 - ECCENTRICITY_SQUARED)) / (w2 * Math.sqrt(w2));
  const parallelM = (AXIS_M / Math.sqrt(w2)) * Math.cos(radians);
  return {
    latitude: latitude + (northM(x, y) * 180) / (meridianM * Math.PI),
    longitude: longitude + (eastM(x, y) * 180) / (parallelM * Math.PI),
  };
}

export function gcj02ToBd09({ latitude, longitude }: LatLng): LatLng {
  const radius = Math.hypot(longitude, latitude) + 0.000_02 * Math.sin(latitude * BD_FREQUENCY);
  const angle = Math.atan2(latitude, longitude) + 0.000_003 * Math.cos(longitude * BD_FREQUENCY);
  return {
    latitude: radius * Math.sin(angle) + 0.006,
    longitude: radius * Math.cos(angle) + 0.0065,
  };
}

/** Offsets in metres of a point x east and y north, in degrees, of 105 E, 35 N. */
function northM(x: number, y: number): number {
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    ripple(x) +
    (2 / 3) * (20 * sine(y) + 40 * sine(y / 3)) +
    (2 / 3) * (160 * sine(y / 12) + 320 * sine(y / 30))
  );
}

function eastM(x: number, y: number): number {
  return (
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    ripple(x) +
    (2 / 3) * (20 * sine(x) + 40 * sine(x / 3)) +
    (2 / 3) * (150 * sine(x / 12) + 300 * sine(x / 30))
  );
}

function ripple(x: number): number {
  return (2 / 3) * (20 * sine(6 * x) + 20 * sine(2 * x));
}

function sine(halfTurns: number): number {
  return Math.sin(halfTurns * Math.PI);
}

/** Finds the point that `forward` moves to the target, by fixed-point iteration. */
function invert(target: LatLng, forward: (point: LatLng) => LatLng): LatLng {
  let { latitude, longitude } = target;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const moved = forward({ latitude, longitude });
    const north = target.latitude - moved.latitude;
    const east = target.longitude - moved.longitude;
    latitude += north;
    longitude += east;
    if (Math.max(Math.abs(north), Math.abs(east)) < PRECISION_DEGREES) break;
  }
  return { latitude, longitude };
}
