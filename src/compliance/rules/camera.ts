import type { Camera } from "../../store/records.js";
import { contains, type PreparedGeofence } from "../containment.js";
import { satisfied, subjectOf } from "../violation.js";
import type { IdentifyQuery, Rule } from "./rule.js";

const article = "Art. 13";

/** The camera is registered, to this zone. */
export const cameraKnown: Rule<IdentifyQuery> = {
  reasons: ["CAMERA_UNKNOWN"],
  article,
  check(facts, { cameraId, zoneId }) {
    const camera = facts.camera(cameraId);
    if (camera !== undefined && camera.zoneId === zoneId) return satisfied;
    return [
      {
        reason: "CAMERA_UNKNOWN",
        article,
        subject: subjectOf("camera", cameraId),
        description:
          camera === undefined
            ? "The camera is not registered."
            : "The camera is registered to another zone.",
        remedy: "Register it to this zone (CameraService.RegisterCamera).",
      },
    ];
  },
};

/**
 * The camera stands inside the geofence: a fixed one by its record, a mobile one by the query.
 * Judged too for a camera of another zone, so that the caller learns of both at once.
 */
export const cameraInside: Rule<IdentifyQuery> = {
  reasons: ["CAMERA_OUTSIDE_GEOFENCE"],
  article,
  check(facts, { cameraId, zoneId, cameraPosition }) {
    const camera = facts.camera(cameraId);
    const zone = facts.zone(zoneId);
    if (camera === undefined || zone === undefined) return satisfied;
    const fixed = camera.position !== null;
    const position = camera.position ?? cameraPosition;
    const stands = fixed
      ? fixedInside(camera, zone.geofence)
      : position !== null && contains(zone.geofence, position);
    if (stands) return satisfied;
    return [
      {
        reason: "CAMERA_OUTSIDE_GEOFENCE",
        article,
        subject: subjectOf("camera", cameraId),
        description:
          position === null
            ? "The camera is mobile, and the query does not say where it is."
            : "The camera is outside the zone's geofence.",
        remedy: fixed
          ? "Move it inside and record its place (CameraService.RegisterCamera)."
          : "Send camera_position from a place inside the zone (IdentificationService.Identify).",
      },
    ];
  },
};

/**
 * Verdicts on fixed cameras. Records and prepared geofences never change, only make way for new
 * ones; so a verdict holds while both are the same objects, and most queries scan no polygon.
 */
const verdicts = new WeakMap<Camera, { geofence: PreparedGeofence; inside: boolean }>();

function fixedInside(camera: Camera, geofence: PreparedGeofence): boolean {
  const known = verdicts.get(camera);
  if (known?.geofence === geofence) return known.inside;
  const inside = camera.position !== null && contains(geofence, camera.position);
  verdicts.set(camera, { geofence, inside });
  return inside;
}
