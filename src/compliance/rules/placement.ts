import type { Camera } from "../../store/records.js";
import { contains, geofenceInside, prepareGeofence, touches } from "../containment.js";
import type { Ground } from "../ground.js";

/** Where a fixed camera stands and what it sees, held against a zone's ground. */
export interface Placement {
  readonly positionInside: boolean;
  /** True too when no field of view is on record. */
  readonly viewInside: boolean;
  /** Ids of the private areas that it stands in or looks into; a common boundary is enough. */
  readonly privateAreaIds: readonly string[];
}

/**
 * Verdicts on fixed cameras. Records and prepared grounds never change, only make way for new
 * ones; so a verdict holds while both are the same objects, and most queries scan no polygon.
 */
const verdicts = new WeakMap<Camera, { ground: Ground; placement: Placement }>();

/** Null for a mobile camera, whose place comes with each query. */
export function placementOf(camera: Camera, ground: Ground): Placement | null {
  if (camera.position === null) return null;
  const known = verdicts.get(camera);
  if (known?.ground === ground) return known.placement;
  const placement = judge(camera.position, camera.fieldOfView, ground);
  verdicts.set(camera, { ground, placement });
  return placement;
}

function judge(
  position: NonNullable<Camera["position"]>,
  fieldOfView: Camera["fieldOfView"],
  { geofence, privateAreas }: Ground,
): Placement {
  const view = fieldOfView === null ? null : prepareGeofence(fieldOfView);
  const watched = privateAreas.filter(
    (area) => contains(area.geofence, position) || (view !== null && touches(area.geofence, view)),
  );
  return {
    positionInside: contains(geofence, position),
    viewInside: view === null || geofenceInside(geofence, view),
    privateAreaIds: watched.map(({ areaId }) => areaId),
  };
}
