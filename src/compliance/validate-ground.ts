import type { Datum, Entrance, Geofence, PrivateArea, Zone } from "../store/records.js";
import {
  type Checks,
  DISPLAY_NAME_LENGTH_MAX,
  NEAR_ZONE_M_MAX,
  type RawPosition,
} from "./checks.js";
import {
  type Effort,
  fullEffort,
  geofenceInside,
  isNear,
  type PreparedGeofence,
  prepareGeofence,
} from "./containment.js";
import { parseGeofence } from "./geofence.js";
import { GEOJSON_LENGTH_MAX, ZONE_VERTICES_MAX } from "./geojson.js";
import { farProblem } from "./validate-sign.js";

/** Most entrances of one zone. */
export const ENTRANCES_MAX = 256;
/** Most private areas of one zone. */
export const PRIVATE_AREAS_MAX = 64;
/**
 * Vertices of all private areas of one zone together, closing ones included. They are rooms, of a
 * few corners each; and each is held against the whole outline of the zone.
 */
export const PRIVATE_VERTICES_MAX = 2000;

export interface RawEntrance {
  readonly entranceId: string;
  readonly displayName: string;
  readonly position: RawPosition | null;
}

export interface RawPrivateArea {
  readonly areaId: string;
  readonly displayName: string;
  /** In the datum of the request's geofence. */
  readonly geojson: string;
}

/** A geofence, or null with the violation noted. */
export function checkGeofence(
  checks: Checks,
  field: string,
  geojson: string,
  datum: Datum,
  verticesMax = ZONE_VERTICES_MAX,
): Geofence | null {
  const result = parseGeofence(geojson, datum, field, verticesMax);
  if (result.ok) return result.geofence;
  for (const { description } of result.fields) checks.add(field, description);
  return null;
}

/** Entrances with ids of their own, at the geofence; null for one that is itself wrong. */
export function checkEntrances(
  checks: Checks,
  field: string,
  entrances: readonly RawEntrance[],
  prepared: PreparedGeofence | null,
): readonly Entrance[] {
  if (entrances.length === 0) checks.add(field, "must name every way in, at least one");
  if (entrances.length > ENTRANCES_MAX) {
    checks.add(field, `must be at most ${ENTRANCES_MAX}`);
    return [];
  }
  const seen = new Set<string>();
  const checked: Entrance[] = [];
  for (const [index, { entranceId, displayName, position: raw }] of entrances.entries()) {
    const path = `${field}[${index}]`;
    checkId(checks, `${path}.entrance_id`, entranceId, seen);
    checks.text(`${path}.display_name`, displayName, DISPLAY_NAME_LENGTH_MAX);
    const position = checks.position(`${path}.position`, raw);
    if (position === null) continue;
    if (prepared !== null && !isNear(prepared, position, NEAR_ZONE_M_MAX)) {
      checks.add(`${path}.position`, farProblem(prepared, position));
    }
    checked.push({ entranceId, displayName, position });
  }
  return checked;
}

/** Private areas with ids of their own, in the geofence; null for one that is itself wrong. */
export function checkPrivateAreas(
  checks: Checks,
  field: string,
  areas: readonly RawPrivateArea[],
  datum: Datum,
  prepared: PreparedGeofence | null,
): readonly PrivateArea[] {
  if (areas.length > PRIVATE_AREAS_MAX) {
    checks.add(field, `must be at most ${PRIVATE_AREAS_MAX}`);
    return [];
  }
  const length = areas.reduce((sum, { geojson }) => sum + geojson.length, 0);
  if (length > GEOJSON_LENGTH_MAX) {
    checks.add(field, `are longer than ${GEOJSON_LENGTH_MAX} characters: simplify the outlines`);
    return [];
  }
  const seen = new Set<string>();
  const checked: PrivateArea[] = [];
  const effort = fullEffort();
  let vertices = 0;
  for (const [index, { areaId, displayName, geojson }] of areas.entries()) {
    const path = `${field}[${index}]`;
    checkId(checks, `${path}.area_id`, areaId, seen);
    checks.text(`${path}.display_name`, displayName, DISPLAY_NAME_LENGTH_MAX);
    const geofence = checkGeofence(checks, `${path}.geojson`, geojson, datum, PRIVATE_VERTICES_MAX);
    // The others may be as large and as wrong, and to find that out takes as long again.
    if (geofence === null) return checked;
    vertices += geofence.polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
    if (vertices > PRIVATE_VERTICES_MAX) {
      checks.add(field, `have more than ${PRIVATE_VERTICES_MAX} vertices: simplify the outlines`);
      return checked;
    }
    if (prepared !== null && !geofenceInside(prepared, prepareGeofence(geofence), effort)) {
      checks.add(`${path}.geojson`, notInside(effort));
      if (effort.left < 0) return checked;
    }
    checked.push({ areaId, displayName, geofence });
  }
  return checked;
}

function notInside({ left }: Effort): string {
  return left < 0
    ? "takes too long to compare with the geofence: simplify the outlines, or draw fewer holes"
    : "must lie inside the geofence: cut it off at its boundary";
}

function checkId(checks: Checks, field: string, id: string, seen: Set<string>): void {
  checks.slug(field, id);
  if (seen.has(id)) checks.add(field, "is used twice in this zone");
  seen.add(id);
}

/** Finds what a zone keeps and its new geofence leaves outside. */
export function checkKept(
  checks: Checks,
  field: string,
  kept: Pick<Zone, "entrances" | "privateAreas">,
  prepared: PreparedGeofence,
): void {
  for (const { entranceId, position } of kept.entrances) {
    if (isNear(prepared, position, NEAR_ZONE_M_MAX)) continue;
    checks.add(field, `leaves the entrance "${entranceId}" outside: change entrances with it`);
  }
  const effort = fullEffort();
  for (const { areaId, geofence } of kept.privateAreas) {
    if (geofenceInside(prepared, prepareGeofence(geofence), effort)) continue;
    checks.add(field, `does not hold the private area "${areaId}": change private_areas with it`);
  }
}
