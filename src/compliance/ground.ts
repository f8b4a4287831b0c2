import type { PrivateArea, Zone } from "../store/records.js";
import { type PreparedGeofence, prepareGeofence } from "./containment.js";

/** Where a zone is and where in it nobody may be watched, prepared. Never changes. */
export interface Ground {
  readonly geofence: PreparedGeofence;
  readonly privateAreas: readonly PreparedArea[];
}

export interface PreparedArea {
  readonly areaId: string;
  readonly geofence: PreparedGeofence;
}

/**
 * Prepares a zone's ground, or hands on the known one when nothing in it has moved, so that what
 * was found out about it (the place of each camera) stands.
 */
export function prepareGround(
  { geofence, privateAreas }: Pick<Zone, "geofence" | "privateAreas">,
  known: Ground | undefined,
): Ground {
  const made = {
    geofence: prepareGeofence(geofence),
    privateAreas: privateAreas.length === 0 ? noAreas : privateAreas.map(prepareArea),
  };
  return known !== undefined && isSameGround(made, known) ? known : made;
}

/** One for all zones without: that they have none is then known without a trip to memory. */
const noAreas: readonly PreparedArea[] = Object.freeze([]);

function prepareArea({ areaId, geofence }: PrivateArea): PreparedArea {
  return { areaId, geofence: prepareGeofence(geofence) };
}

function isSameGround(a: Ground, b: Ground): boolean {
  if (!isSameShape(a.geofence, b.geofence)) return false;
  if (a.privateAreas.length !== b.privateAreas.length) return false;
  return a.privateAreas.every((area, at) => {
    const other = b.privateAreas[at];
    return other?.areaId === area.areaId && isSameShape(area.geofence, other.geofence);
  });
}

/** True when both have the same vertices in the same order. */
function isSameShape(a: PreparedGeofence, b: PreparedGeofence): boolean {
  if (a.polygons.length !== b.polygons.length) return false;
  return a.polygons.every(({ rings }, at) => {
    const others = b.polygons[at]?.rings ?? [];
    if (rings.length !== others.length) return false;
    return rings.every((ring, index) => isSameRing(ring, others[index]));
  });
}

function isSameRing(a: Float64Array, b: Float64Array | undefined): boolean {
  return a.length === b?.length && a.every((degrees, at) => degrees === b[at]);
}
