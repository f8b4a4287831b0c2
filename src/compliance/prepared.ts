import type { Geofence, LatLng, Polygon } from "../store/records.js";
import { findAntimeridianWalls } from "./antimeridian-walls.js";
import { boxAt, boxedSize, cornersAt, packRing, ringEnd, sideOfPacked } from "./runs.js";

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
   * All of it in one piece of memory: how many polygons; for each, how many rings; for each of
   * those, the ring with its boxes (`packRing`). The rings above are windows on it.
   */
  readonly packed: Float64Array;
  /**
   * Latitudes from, to, from, to, ... of the pieces of the antimeridian that bound the geofence.
   * Those with the geofence on both sides are only a cut (RFC 7946, 3.1.9), and not here.
   */
  readonly antimeridianWalls: Float64Array;
}

const noWalls = new Float64Array();

export function prepareGeofence({ polygons: shapes }: Geofence): PreparedGeofence {
  const packed = pack(shapes);
  const polygons: PreparedPolygon[] = [];
  let at = 1;
  for (const { length } of shapes) {
    const bounds = boundsOf(packed, at + 1);
    const rings: Float64Array[] = [];
    at += 1;
    for (let ring = 0; ring < length; ring++) {
      const end = ringEnd(packed, at);
      rings.push(packed.subarray(cornersAt(packed, at), end));
      at = end;
    }
    polygons.push({ rings, ...bounds });
  }
  const bounds = enclose(polygons);
  const reaches = bounds.west === -180 || bounds.east === 180;
  const antimeridianWalls = reaches ? findAntimeridianWalls(polygons) : noWalls;
  return { polygons, packed, antimeridianWalls, ...bounds };
}

function pack(polygons: readonly Polygon[]): Float64Array {
  let size = 1;
  for (const polygon of polygons) {
    size += 1;
    for (const ring of polygon) size += boxedSize(ring.length);
  }
  const packed = new Float64Array(size);
  packed[0] = polygons.length;
  let at = 1;
  for (const polygon of polygons) {
    packed[at++] = polygon.length;
    for (const ring of polygon) {
      packRing(packed, at, ring);
      at = ringEnd(packed, at);
    }
  }
  return packed;
}

/** Those of the ring that starts there, from its boxes. */
function boundsOf(packed: Float64Array, at: number): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let run = 0; run < (packed[at] as number); run++) {
    const box = boxAt(at, run);
    west = Math.min(west, packed[box] as number);
    south = Math.min(south, packed[box + 1] as number);
    east = Math.max(east, packed[box + 2] as number);
    north = Math.max(north, packed[box + 3] as number);
  }
  return { west, south, east, north };
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

/** The bounds are not looked at: the boxes say as much, and lie where the corners do. */
export function containsAt({ packed }: PreparedGeofence, x: number, y: number): boolean {
  let at = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    const rings = packed[at++] as number;
    let inside = true;
    for (let ring = 0; ring < rings; ring++) {
      // Outside the outer ring, or inside a hole.
      if (inside) {
        const side = sideOfPacked(packed, at, x, y);
        if (side === 0) return true;
        inside = side > 0 === (ring === 0);
      }
      at = ringEnd(packed, at);
    }
    if (inside && rings > 0) return true;
  }
  return false;
}

/** True when the point is inside a polygon, and on no boundary of that one. */
export function isInterior({ packed }: PreparedGeofence, x: number, y: number): boolean {
  let at = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    const rings = packed[at++] as number;
    let inside = true;
    for (let ring = 0; ring < rings; ring++) {
      inside &&= sideOfPacked(packed, at, x, y) === (ring === 0 ? 1 : -1);
      at = ringEnd(packed, at);
    }
    if (inside && rings > 0) return true;
  }
  return false;
}
