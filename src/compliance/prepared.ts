import type { Geofence, LatLng, Polygon, Ring } from "../store/records.js";
import { findAntimeridianWalls } from "./antimeridian-walls.js";
import { boxRuns, sideOfBoxedRing } from "./runs.js";

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
  /** Boxes of each ring's runs of edges (`boxRuns`). */
  readonly runs: readonly Float64Array[];
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

const noWalls = new Float64Array();

export function prepareGeofence(geofence: Geofence): PreparedGeofence {
  const polygons = geofence.polygons.map(preparePolygon);
  const bounds = enclose(polygons);
  const reaches = bounds.west === -180 || bounds.east === 180;
  const antimeridianWalls = reaches ? findAntimeridianWalls(polygons) : noWalls;
  return { polygons, antimeridianWalls, ...bounds };
}

function preparePolygon(polygon: Polygon): PreparedPolygon {
  const rings = polygon.map(flatten);
  const runs = rings.map(boxRuns);
  const { west, south, east, north } = boundsOf(runs[0] ?? new Float64Array());
  return { rings, runs, west, south, east, north };
}

/** @param boxes west, south, east, north, west, ... */
function boundsOf(boxes: Float64Array): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 3 < boxes.length; i += 4) {
    west = Math.min(west, boxes[i] as number);
    south = Math.min(south, boxes[i + 1] as number);
    east = Math.max(east, boxes[i + 2] as number);
    north = Math.max(north, boxes[i + 3] as number);
  }
  return { west, south, east, north };
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

function polygonContains({ rings, runs }: PreparedPolygon, x: number, y: number): boolean {
  for (let i = 0; i < rings.length; i++) {
    const side = sideOfBoxedRing(rings[i] as Float64Array, runs[i] as Float64Array, x, y);
    if (side === 0) return true;
    const insideRing = side > 0;
    // Outside the outer ring, or inside a hole.
    if (insideRing !== (i === 0)) return false;
  }
  return true;
}
