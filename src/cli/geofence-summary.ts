import { parseGeofence } from "../compliance/geofence.js";

/** Mean radius of the earth, metres (IUGG). */
const EARTH_RADIUS_M = 6_371_008.8;
const M2_PER_KM2 = 1e6;
/** Decimals of a degree that are shown: a metre. */
const DEGREE_DECIMALS = 5;

type Vertex = readonly [longitude: number, latitude: number];
type Ring = readonly Vertex[];

/** What a geofence amounts to: in how many parts, how large, where. */
export interface GeofenceSummary {
  readonly parts: number;
  readonly holes: number;
  /** Corners, closing ones not counted. */
  readonly vertices: number;
  /** Square metres, holes taken off. */
  readonly areaM2: number;
  /** Degrees, as RFC 7946 has it: west is greater than east across the antimeridian. */
  readonly box: {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
  };
}

/** @returns null for what cannot be read as a geofence */
export function summariseGeofence(geojson: string): GeofenceSummary | null {
  const read = parseGeofence(geojson, "WGS84", "");
  if (!read.ok) return null;
  const { polygons } = read.geofence;
  const rings = polygons.flat();
  return {
    parts: polygons.length,
    holes: rings.length - polygons.length,
    vertices: rings.reduce((sum, ring) => sum + ring.length - 1, 0),
    areaM2: polygons.reduce((sum, polygon) => sum + polygonAreaM2(polygon), 0),
    box: boxOf(rings.flat()),
  };
}

/** `1 part, 4 corners, 0.127 km²`. */
export function describeExtent({ parts, holes, vertices, areaM2 }: GeofenceSummary): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const area =
    areaM2 < M2_PER_KM2
      ? `${Math.round(areaM2).toLocaleString("en-US")} m²`
      : `${Number((areaM2 / M2_PER_KM2).toPrecision(4)).toLocaleString("en-US")} km²`;
  const cut = holes === 0 ? [] : [count(holes, "hole")];
  return [count(parts, "part"), ...cut, count(vertices, "corner"), area].join(", ");
}

/** `31.23,121.47 to 31.233,121.474`: latitude first, south-west to north-east. */
export function describeBox({ box }: GeofenceSummary): string {
  const degrees = (value: number) => String(Number(value.toFixed(DEGREE_DECIMALS)));
  const { west, south, east, north } = box;
  return `${degrees(south)},${degrees(west)} to ${degrees(north)},${degrees(east)}`;
}

function polygonAreaM2([outer = [], ...holes]: readonly Ring[]): number {
  return holes.reduce((area, hole) => area - ringAreaM2(hole), ringAreaM2(outer));
}

/**
 * Area on a sphere: Chamberlain and Duquette, "Some algorithms for polygons on a sphere", JPL 2007,
 * equation 7. Within half a percent of the ellipsoid's.
 */
function ringAreaM2(ring: Ring): number {
  const radians = Math.PI / 180;
  let sum = 0;
  for (const [at, [longitude, latitude]] of ring.entries()) {
    const [nextLongitude, nextLatitude] = ring[at + 1] ?? ring[0] ?? [longitude, latitude];
    const heights = 2 + Math.sin(latitude * radians) + Math.sin(nextLatitude * radians);
    sum += (nextLongitude - longitude) * radians * heights;
  }
  return Math.abs((sum * EARTH_RADIUS_M ** 2) / 2);
}

/** Parts that meet at the antimeridian are one thing there, not one around the world. */
function boxOf(vertices: Ring): GeofenceSummary["box"] {
  const box = { west: 180, south: 90, east: -180, north: -90 };
  const touches = (meridian: number) => vertices.some(([longitude]) => longitude === meridian);
  const crosses = touches(180) && touches(-180);
  for (const [longitude, latitude] of vertices) {
    const turned = crosses && longitude < 0 ? longitude + 360 : longitude;
    box.west = Math.min(box.west, turned);
    box.east = Math.max(box.east, turned);
    box.south = Math.min(box.south, latitude);
    box.north = Math.max(box.north, latitude);
  }
  return crosses ? { ...box, east: box.east - 360 } : box;
}
