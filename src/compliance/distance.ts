import type { LatLng } from "../store/records.js";
import { contains, type PreparedGeofence } from "./prepared.js";
import { boxAt, ringEnd, runEnd, runStart } from "./runs.js";

/** Metres in one degree of a great circle on the mean Earth of 6,371,008.8 m. */
const METRES_PER_DEGREE = 111_195.08;

/**
 * Metres from a point to the nearest boundary of the geofence, from inside or outside. On a plane
 * that touches the Earth at the point: right within 1 % below 100 km and 80 degrees of latitude.
 */
export function boundaryDistanceM(geofence: PreparedGeofence, point: LatLng): number {
  return Math.sqrt(nearestSquared(geofence, point, Infinity));
}

/** True when the point is inside, or at most so many metres outside. */
export function isNear(geofence: PreparedGeofence, point: LatLng, distanceM: number): boolean {
  if (contains(geofence, point)) return true;
  const limit = distanceM * distanceM;
  return nearestSquared(geofence, point, limit) <= limit;
}

/**
 * The square of the distance to the nearest boundary; anything above the limit when that is farther
 * away. Reads only the runs whose boxes may come nearer than what was found.
 */
function nearestSquared({ packed }: PreparedGeofence, point: LatLng, limit: number): number {
  const plane = {
    ...point,
    xScale: METRES_PER_DEGREE * Math.cos((point.latitude * Math.PI) / 180),
  };
  let nearest = Infinity;
  let at = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    for (let rings = packed[at++] as number; rings > 0; rings--) {
      for (let run = 0; run < (packed[at] as number); run++) {
        const reach = toBoxSquared(packed, boxAt(at, run), plane);
        if (reach > limit || reach >= nearest) continue;
        const [from, to] = [runStart(packed, at, run), runEnd(packed, at, run)];
        nearest = Math.min(nearest, toRunSquared(packed, from, to, plane));
      }
      at = ringEnd(packed, at);
    }
  }
  return nearest;
}

/** A plane that touches the Earth at a point. */
interface Plane extends LatLng {
  /** Metres per degree of longitude. */
  readonly xScale: number;
}

/** At most the squared distance of anything in the box, the shorter way about the Earth. */
function toBoxSquared(
  packed: Float64Array,
  box: number,
  { longitude, latitude, xScale }: Plane,
): number {
  const [west, east] = [
    (packed[box] as number) - longitude,
    (packed[box + 2] as number) - longitude,
  ];
  const [south, north] = [
    (packed[box + 1] as number) - latitude,
    (packed[box + 3] as number) - latitude,
  ];
  const around = Math.min(gap(west - 360, east - 360), gap(west + 360, east + 360));
  const x = Math.min(gap(west, east), around) * xScale;
  const y = gap(south, north) * METRES_PER_DEGREE;
  return x * x + y * y;
}

/** From 0 to the nearest number of an interval. */
function gap(from: number, to: number): number {
  return Math.max(from, -to, 0);
}

function toRunSquared(
  packed: Float64Array,
  from: number,
  to: number,
  { longitude, latitude, xScale }: Plane,
): number {
  let nearest = Infinity;
  for (let i = from; i < to; i += 2) {
    const east = (packed[i] as number) - longitude;
    // The shorter way about the Earth. No edge crosses the antimeridian, so both ends turn.
    const turn = east > 180 ? -360 : east < -180 ? 360 : 0;
    const x1 = (east + turn) * xScale;
    const y1 = ((packed[i + 1] as number) - latitude) * METRES_PER_DEGREE;
    const x2 = ((packed[i + 2] as number) - longitude + turn) * xScale;
    const y2 = ((packed[i + 3] as number) - latitude) * METRES_PER_DEGREE;
    nearest = Math.min(nearest, toSegmentSquared(x1, y1, x2, y2));
  }
  return nearest;
}

/** From the origin to a segment. */
function toSegmentSquared(x1: number, y1: number, x2: number, y2: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : -(x1 * dx + y1 * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  const [x, y] = [x1 + t * dx, y1 + t * dy];
  return x * x + y * y;
}
