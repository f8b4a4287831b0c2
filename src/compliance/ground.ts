import type { PrivateArea, Zone } from "../store/records.js";
import { type PreparedGeofence, prepareGeofence } from "./containment.js";

/** Where a zone is and where in it nobody may be watched, prepared. Never changes. */
export interface Ground {
  readonly geofence: PreparedGeofence;
  readonly privateAreas: readonly PreparedArea[];
}

export interface PreparedArea {
  readonly area: PrivateArea;
  readonly geofence: PreparedGeofence;
}

/**
 * Prepares the zone's ground, or hands on the known one when it is still that of the zone, so that
 * what was found out about it (the place of each camera) stands.
 */
export function prepareGround(zone: Zone, known?: { zone: Zone; ground: Ground }): Ground {
  const unchanged =
    known?.zone.geofence === zone.geofence && known.zone.privateAreas === zone.privateAreas;
  if (known !== undefined && unchanged) return known.ground;
  return {
    geofence: prepareGeofence(zone.geofence),
    privateAreas: zone.privateAreas.map((area) => ({
      area,
      geofence: prepareGeofence(area.geofence),
    })),
  };
}
