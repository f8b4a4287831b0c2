import type { LatLng } from "../store/records.js";
import { contains, type PreparedGeofence } from "./prepared.js";
import { boxAt, ringEnd, runEnd, runStart } from "./runs.js";

/** Largest circle that is looked at, metres. */
export const CIRCLE_RADIUS_M_MAX = 10_000;

/** WGS-84: semi-major axis, metres, and first eccentricity squared. */
const AXIS_M = 6_378_137;
const ECCENTRICITY_SQUARED = 6.694_379_990_141_317e-3;
/** Radius of curvature that turns a geodesic's length into its chord's, metres. */
const CURVATURE_RADIUS_M = 6_371_009;
const RADIANS = Math.PI / 180;
/** Fewest metres in a degree of latitude: at the equator, rounded down. */
const METRES_PER_LATITUDE_MIN = AXIS_M * (1 - ECCENTRICITY_SQUARED) * RADIANS;

/**
 * True when the whole circle, of points at most so many metres away along the WGS-84 ellipsoid,
 * lies inside the geofence; it may touch a boundary from inside. Right to within 2 cm
 * below 80 degrees of latitude, and a decimetre at 85.
 * Edges are straight in longitude and latitude (RFC 7946, 3.1.1). A circle over a pole, a radius
 * above `CIRCLE_RADIUS_M_MAX`, and anything that is not finite, is not inside.
 */
export function circleInside(geofence: PreparedGeofence, point: LatLng, radiusM: number): boolean {
  if (!(radiusM >= 0 && radiusM <= CIRCLE_RADIUS_M_MAX) || !contains(geofence, point)) return false;
  if (radiusM === 0) return true;
  const circle = circleAbout(point, radiusM);
  return circle !== null && !reachesBoundary(geofence, circle);
}

/**
 * True when the circle and the geofence have a point in common, as exactly; and, to be on
 * the safe side, for whatever is no circle that `circleInside` looks at.
 */
export function circleTouches(geofence: PreparedGeofence, point: LatLng, radiusM: number): boolean {
  if (!(radiusM >= 0 && radiusM <= CIRCLE_RADIUS_M_MAX)) return true;
  if (!Number.isFinite(point.latitude + point.longitude)) return true;
  if (contains(geofence, point)) return true;
  if (radiusM === 0) return false;
  const circle = circleAbout(point, radiusM);
  return circle === null || reachesBoundary(geofence, circle);
}

/** A circle and a box about it, which is all that most questions need. */
interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusM: number;
  /** Half the size of the box, degrees. */
  readonly latitudeSpan: number;
  readonly longitudeSpan: number;
  /** The fewest metres per degree of longitude anywhere in the circle. */
  readonly eastMin: number;
}

/** Null when it reaches a pole. */
function circleAbout({ latitude, longitude }: LatLng, radiusM: number): Circle | null {
  const latitudeSpan = radiusM / METRES_PER_LATITUDE_MIN;
  const farthest = Math.abs(latitude) + latitudeSpan;
  if (farthest >= 90) return null;
  const eastMin = eastAt(farthest);
  const longitudeSpan = radiusM / eastMin;
  return { latitude, longitude, radiusM, latitudeSpan, longitudeSpan, eastMin };
}

/** What it takes to measure distances in a circle. */
interface Frame extends Circle {
  /** Centre, metres from the Earth's (x to 0 E, y to 90 E, z to the north pole). */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Square of the straight line to its edge. */
  readonly chordSquared: number;
  /** Metres per degree at the centre. */
  readonly north: number;
  readonly east: number;
}

function frameOf(circle: Circle): Frame {
  const { latitude, longitude, radiusM } = circle;
  const [sin, cos] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)];
  const w2 = 1 - ECCENTRICITY_SQUARED * sin * sin;
  const transverseM = AXIS_M / Math.sqrt(w2);
  const chord = radiusM * (1 - (radiusM / CURVATURE_RADIUS_M) ** 2 / 24);
  return {
    ...circle,
    x: transverseM * cos * Math.cos(longitude * RADIANS),
    y: transverseM * cos * Math.sin(longitude * RADIANS),
    z: transverseM * (1 - ECCENTRICITY_SQUARED) * sin,
    chordSquared: chord * chord,
    north: ((transverseM * (1 - ECCENTRICITY_SQUARED)) / w2) * RADIANS,
    east: transverseM * cos * RADIANS,
  };
}

/** Metres per degree of longitude at a latitude. */
function eastAt(latitude: number): number {
  const sin = Math.sin(latitude * RADIANS);
  const transverseM = AXIS_M / Math.sqrt(1 - ECCENTRICITY_SQUARED * sin * sin);
  return transverseM * Math.cos(latitude * RADIANS) * RADIANS;
}

/** True when a piece of the boundary is nearer than the radius. */
function reachesBoundary({ packed, antimeridianWalls }: PreparedGeofence, circle: Circle): boolean {
  const { longitude, longitudeSpan } = circle;
  if (reachesRings(packed, circle, longitude)) return true;
  // The same circle, seen from the other side of the antimeridian.
  const west = longitude - longitudeSpan < -180;
  const east = longitude + longitudeSpan > 180;
  if (west && reachesRings(packed, circle, longitude + 360)) return true;
  if (east && reachesRings(packed, circle, longitude - 360)) return true;
  return reachesWalls(antimeridianWalls, circle);
}

function reachesRings(packed: Float64Array, circle: Circle, longitude: number): boolean {
  let at = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    for (let ring = packed[at++] as number; ring > 0; ring--) {
      if (reachesRing(packed, at, circle, longitude)) return true;
      at = ringEnd(packed, at);
    }
  }
  return false;
}

function reachesRing(packed: Float64Array, at: number, circle: Circle, longitude: number): boolean {
  const { latitude, latitudeSpan, longitudeSpan } = circle;
  const runs = packed[at] as number;
  let frame: Frame | null = null;
  for (let run = 0; run < runs; run++) {
    const box = boxAt(at, run);
    if ((packed[box] as number) > longitude + longitudeSpan) continue;
    if ((packed[box + 1] as number) > latitude + latitudeSpan) continue;
    if ((packed[box + 2] as number) < longitude - longitudeSpan) continue;
    if ((packed[box + 3] as number) < latitude - latitudeSpan) continue;
    frame ??= frameOf(circle);
    const end = runEnd(packed, at, run);
    for (let i = runStart(packed, at, run); i < end; i += 2) {
      if (isAlongAntimeridian(packed, i)) continue;
      const x1 = (packed[i] as number) - longitude;
      const y1 = (packed[i + 1] as number) - latitude;
      const x2 = (packed[i + 2] as number) - longitude;
      const y2 = (packed[i + 3] as number) - latitude;
      if (reachesEdge(frame, x1, y1, x2, y2)) return true;
    }
  }
  return false;
}

/** Edges there count only where they are walls. */
function isAlongAntimeridian(ring: Float64Array, i: number): boolean {
  return Math.abs(ring[i] as number) === 180 && ring[i] === ring[i + 2];
}

function reachesWalls(walls: Float64Array, circle: Circle): boolean {
  if (walls.length === 0) return false;
  const x = circle.longitude > 0 ? 180 - circle.longitude : -180 - circle.longitude;
  if (Math.abs(x) > circle.longitudeSpan) return false;
  const frame = frameOf(circle);
  for (let i = 0; i + 1 < walls.length; i += 2) {
    const [from, to] = [walls[i] as number, walls[i + 1] as number];
    if (reachesEdge(frame, x, from - circle.latitude, x, to - circle.latitude)) return true;
  }
  return false;
}

/**
 * True when an edge comes nearer than the radius. Its ends are degrees east and north of the
 * centre. The foot of the perpendicular is found on the plane that touches the ellipsoid at the
 * centre, and its distance taken from the ellipsoid itself: a foot that is a little off to the side
 * is hardly farther away.
 */
function reachesEdge(frame: Frame, x1: number, y1: number, x2: number, y2: number): boolean {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const { east, eastMin, north, radiusM } = frame;
  // Nowhere in the circle is a degree shorter than on this plane.
  const low = footOn(eastMin, METRES_PER_LATITUDE_MIN, x1, y1, dx, dy);
  const lowX = (x1 + low * dx) * eastMin;
  const lowY = (y1 + low * dy) * METRES_PER_LATITUDE_MIN;
  if (lowX * lowX + lowY * lowY >= radiusM * radiusM) return false;
  const t = footOn(east, north, x1, y1, dx, dy);
  return chordSquaredTo(frame, x1 + t * dx, y1 + t * dy) < frame.chordSquared;
}

/** Where the origin's perpendicular meets an edge, 0 to 1, on a plane with the given scales. */
function footOn(
  xScale: number,
  yScale: number,
  x1: number,
  y1: number,
  dx: number,
  dy: number,
): number {
  const [xx, yy] = [xScale * xScale, yScale * yScale];
  const squared = xx * dx * dx + yy * dy * dy;
  if (squared === 0) return 0;
  return Math.min(1, Math.max(0, -(xx * x1 * dx + yy * y1 * dy) / squared));
}

/** From the centre to a point so many degrees east and north of it, through the ellipsoid. */
function chordSquaredTo(frame: Frame, eastDegrees: number, northDegrees: number): number {
  const latitude = (frame.latitude + northDegrees) * RADIANS;
  const longitude = (frame.longitude + eastDegrees) * RADIANS;
  const [sin, cos] = [Math.sin(latitude), Math.cos(latitude)];
  const transverseM = AXIS_M / Math.sqrt(1 - ECCENTRICITY_SQUARED * sin * sin);
  const dx = transverseM * cos * Math.cos(longitude) - frame.x;
  const dy = transverseM * cos * Math.sin(longitude) - frame.y;
  const dz = transverseM * (1 - ECCENTRICITY_SQUARED) * sin - frame.z;
  return dx * dx + dy * dy + dz * dz;
}
