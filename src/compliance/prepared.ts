import type { Geofence, LatLng, Polygon, Ring } from "../store/records.js";
import { sideOfRing } from "./plane.js";

/** Bounds in degrees. */
export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export interface PreparedPolygon extends Bounds {
  /** Outer ring, then holes; each closed, as longitude, latitude, longitude, latitude, ... */
  readonly rings: readonly Float64Array[];
}

/** A geofence laid out for quick tests. */
export interface PreparedGeofence extends Bounds {
  readonly polygons: readonly PreparedPolygon[];
  /**
   * Latitudes from, to, from, to, ... of the pieces of the antimeridian that bound the geofence.
   * Those with the geofence on both sides are only a cut (RFC 7946, 3.1.9), and not here.
   */
  readonly antimeridianWalls: Float64Array;
}

export function prepareGeofence(geofence: Geofence): PreparedGeofence {
  const polygons = geofence.polygons.map(preparePolygon);
  const antimeridianWalls = findAntimeridianWalls(polygons);
  return { polygons, antimeridianWalls, ...enclose(polygons) };
}

function preparePolygon(polygon: Polygon): PreparedPolygon {
  const rings = polygon.map(flatten);
  const outer = rings[0] ?? new Float64Array();
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < outer.length; i += 2) {
    const longitude = outer[i] as number;
    const latitude = outer[i + 1] as number;
    if (longitude < west) west = longitude;
    if (longitude > east) east = longitude;
    if (latitude < south) south = latitude;
    if (latitude > north) north = latitude;
  }
  return { rings, west, south, east, north };
}

/** A ring as longitude, latitude, longitude, latitude, ... */
export function flatten(ring: Ring): Float64Array {
  const flat = new Float64Array(ring.length * 2);
  let at = 0;
  for (const vertex of ring) {
    flat[at++] = vertex[0];
    flat[at++] = vertex[1];
  }
  return flat;
}

function enclose(parts: readonly Bounds[]): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of parts) {
    west = Math.min(west, part.west);
    south = Math.min(south, part.south);
    east = Math.max(east, part.east);
    north = Math.max(north, part.north);
  }
  return { west, south, east, north };
}

/**
 * True when the point is in the geofence. A boundary counts as inside, that of a hole too; 180
 * and -180 degrees are one meridian. A point that is not finite is outside.
 */
export function contains(geofence: PreparedGeofence, point: LatLng): boolean {
  const { longitude, latitude } = point;
  if (containsAt(geofence, longitude, latitude)) return true;
  return Math.abs(longitude) === 180 && containsAt(geofence, -longitude, latitude);
}

export function containsAt(geofence: PreparedGeofence, x: number, y: number): boolean {
  if (!within(geofence, x, y)) return false;
  for (const polygon of geofence.polygons) {
    if (within(polygon, x, y) && polygonContains(polygon, x, y)) return true;
  }
  return false;
}

function within(bounds: Bounds, x: number, y: number): boolean {
  return x >= bounds.west && x <= bounds.east && y >= bounds.south && y <= bounds.north;
}

function polygonContains({ rings }: PreparedPolygon, x: number, y: number): boolean {
  for (let i = 0; i < rings.length; i++) {
    const side = sideOfRing(rings[i] as Float64Array, x, y);
    if (side === 0) return true;
    const insideRing = side > 0;
    // Outside the outer ring, or inside a hole.
    if (insideRing !== (i === 0)) return false;
  }
  return true;
}

const noWalls = new Float64Array();

function findAntimeridianWalls(polygons: readonly PreparedPolygon[]): Float64Array {
  const west = edgesAlong(polygons, 180);
  const east = edgesAlong(polygons, -180);
  if (west.length === 0 && east.length === 0) return noWalls;
  const latitudes = [...new Set([...west, ...east].flat())].sort((a, b) => a - b);
  const walls: number[] = [];
  for (let at = 0; at + 1 < latitudes.length; at++) {
    const [from, to] = [latitudes[at] as number, latitudes[at + 1] as number];
    const covers = ([low, high]: readonly [number, number]) => low <= from && high >= to;
    if (west.some(covers) !== east.some(covers)) walls.push(from, to);
  }
  return Float64Array.from(walls);
}

/** Latitudes from and to of every edge that runs along the meridian. */
function edgesAlong(
  polygons: readonly PreparedPolygon[],
  meridian: number,
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const ring of polygons.flatMap(({ rings }) => rings)) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      if (ring[i] !== meridian || ring[i + 2] !== meridian) continue;
      const [a, b] = [ring[i + 1] as number, ring[i + 3] as number];
      found.push([Math.min(a, b), Math.max(a, b)]);
    }
  }
  return found;
}
