import type { LatLng } from "../store/records.js";
import { contains, type PreparedGeofence } from "./prepared.js";

// Every question that is asked of a geofence, behind one door.
export { circleInside, circleTouches } from "./circle.js";
export { geofenceInside, touches } from "./overlap.js";
export { contains, type PreparedGeofence, prepareGeofence } from "./prepared.js";

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
        const east = (ring[i] as number) - point.longitude;
        // The shorter way about the Earth. No edge crosses the antimeridian, so both ends turn.
        const turn = east > 180 ? -360 : east < -180 ? 360 : 0;
        const x1 = (east + turn) * xScale;
        const y1 = ((ring[i + 1] as number) - point.latitude) * yScale;
        const x2 = ((ring[i + 2] as number) - point.longitude + turn) * xScale;
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
