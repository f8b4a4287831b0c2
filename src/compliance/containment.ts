import type { Geofence, LatLng, Polygon, Ring } from "../store/records.js";
import { orientation } from "./plane.js";

/** Bounds in degrees. */
interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

interface PreparedPolygon extends Bounds {
  /** Outer ring, then holes; each closed, as longitude, latitude, longitude, latitude, ... */
  readonly rings: readonly Float64Array[];
}

/** A geofence laid out for quick tests. */
export interface PreparedGeofence extends Bounds {
  readonly polygons: readonly PreparedPolygon[];
}

export function prepareGeofence(geofence: Geofence): PreparedGeofence {
  const polygons = geofence.polygons.map(preparePolygon);
  return { polygons, ...enclose(polygons) };
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

function containsAt(geofence: PreparedGeofence, x: number, y: number): boolean {
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

/**
 * Even-odd rule with the ray to the east.
 * @param ring closed, as longitude, latitude, ...
 * @returns 1 inside, 0 on the boundary, -1 outside
 */
export function sideOfRing(ring: Float64Array, x: number, y: number): -1 | 0 | 1 {
  let inside = false;
  let x1 = ring[0] as number;
  let y1 = ring[1] as number;
  for (let i = 2; i < ring.length; i += 2) {
    const x2 = ring[i] as number;
    const y2 = ring[i + 1] as number;
    if (y1 > y !== y2 > y) {
      const turn = orientation(x1, y1, x2, y2, x, y);
      if (turn === 0) return 0;
      if (turn > 0 === y2 > y1) inside = !inside;
    } else if (y2 === y && (x2 === x || (y1 === y && x1 > x !== x2 > x))) {
      return 0;
    }
    x1 = x2;
    y1 = y2;
  }
  return inside ? 1 : -1;
}

/** Metres in one degree of a great circle on the mean Earth of 6,371,008.8 m. */
const METRES_PER_DEGREE = 111_195.08;

/**
 * Metres from a point to the nearest boundary of the geofence, from inside or outside. On a plane
 * that touches the Earth at the point: right within 1 % below 100 km and 80 degrees of latitude.
 */
export function boundaryDistanceM(geofence: PreparedGeofence, point: LatLng): number {
  const yScale = METRES_PER_DEGREE;
  const xScale = METRES_PER_DEGREE * Math.cos((point.latitude * Math.PI) / 180);
  let nearest = Infinity;
  for (const { rings } of geofence.polygons) {
    for (const ring of rings) {
      for (let i = 0; i + 3 < ring.length; i += 2) {
        const x1 = ((ring[i] as number) - point.longitude) * xScale;
        const y1 = ((ring[i + 1] as number) - point.latitude) * yScale;
        const x2 = ((ring[i + 2] as number) - point.longitude) * xScale;
        const y2 = ((ring[i + 3] as number) - point.latitude) * yScale;
        nearest = Math.min(nearest, distanceToSegment(x1, y1, x2, y2));
      }
    }
  }
  return nearest;
}

/** True when the point is inside, or at most so many metres outside. */
export function isNear(geofence: PreparedGeofence, point: LatLng, distanceM: number): boolean {
  return contains(geofence, point) || boundaryDistanceM(geofence, point) <= distanceM;
}

/** From the origin to a segment. */
function distanceToSegment(x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : -(x1 * dx + y1 * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x1 + t * dx, y1 + t * dy);
}
