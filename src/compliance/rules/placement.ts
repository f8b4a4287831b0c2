import type { Camera } from "../../store/records.js";
import { contains, fullEffort, geofenceInside, prepareGeofence, touches } from "../containment.js";
import type { Ground } from "../ground.js";
import { broken, type Finding, kept, subjectOf } from "../violation.js";

const article = "Art. 13";
const remedyCall = "(CameraService.RegisterCamera)";

/** What is found of a fixed camera, held against a zone's ground. */
export interface Placement {
  /** It stands inside the geofence, and sees nothing beyond it. */
  readonly inside: readonly Finding[];
  /** It neither stands in a private area nor looks into one. */
  readonly privacy: readonly Finding[];
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
  const placement = judge(camera, camera.position, ground);
  verdicts.set(camera, { ground, placement });
  return placement;
}

function judge(
  { cameraId, fieldOfView }: Camera,
  position: NonNullable<Camera["position"]>,
  { geofence, privateAreas }: Ground,
): Placement {
  const record = subjectOf("camera", cameraId);
  const inside = [standing(record, contains(geofence, position))];
  const view = fieldOfView === null ? null : prepareGeofence(fieldOfView);
  const effort = fullEffort();
  if (view !== null) inside.push(looking(record, geofenceInside(geofence, view, effort)));
  const watched = privateAreas.filter(
    (area) =>
      contains(area.geofence, position) || (view !== null && touches(area.geofence, view, effort)),
  );
  const remedy = `Move, turn or mask it and record that ${remedyCall}.`;
  const intrusions = watched.map(({ areaId }) => privateSpace(cameraId, areaId, remedy));
  return { inside, privacy: intrusions.length === 0 ? [keepsPrivacy(record)] : intrusions };
}

function standing(subject: string, inside: boolean): Finding {
  const what = { reason: "CAMERA_OUTSIDE_GEOFENCE", article, subject } as const;
  if (inside) {
    return kept({ ...what, description: "The camera stands inside the zone's geofence." }, [
      subject,
    ]);
  }
  const description = "The camera is outside the zone's geofence.";
  const remedy = `Move it inside and record its place ${remedyCall}.`;
  return broken({ ...what, description, remedy }, [subject]);
}

function looking(record: string, inside: boolean): Finding {
  const subject = `${record}/field_of_view`;
  const what = { reason: "CAMERA_OUTSIDE_GEOFENCE", article, subject } as const;
  if (inside) {
    const description = "All that the camera sees is inside the zone's geofence.";
    return kept({ ...what, description }, [record]);
  }
  const description = "The camera looks out of the zone's geofence.";
  const remedy = `Turn or mask it and record what it sees then ${remedyCall}.`;
  return broken({ ...what, description, remedy }, [record]);
}

function keepsPrivacy(subject: string): Finding {
  const description = "The camera neither stands in a private area nor looks into one.";
  return kept({ reason: "PRIVATE_SPACE", article, subject, description }, [subject]);
}

/** The camera is in a private area of its zone, or sees part of it. */
export function privateSpace(cameraId: string, areaId: string, remedy: string): Finding {
  const record = subjectOf("camera", cameraId);
  const subject = subjectOf("camera", cameraId, "private_area", areaId);
  const description = "The camera stands in a private space or looks into it.";
  return broken({ reason: "PRIVATE_SPACE", article, subject, description, remedy }, [record]);
}
