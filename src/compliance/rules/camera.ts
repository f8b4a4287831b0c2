import type { Facts } from "../facts.js";
import { broken, kept, nothing, subjectOf } from "../violation.js";
import { type Placement, placementOf } from "./placement.js";
import type { CameraQuery, Rule } from "./rule.js";

const article = "Art. 13";

/** Tells a camera of another zone from one that there is not. */
export const OF_ANOTHER_ZONE = "The camera is registered to another zone.";

/** A camera that watches one zone must not be moved to another because of a slip. */
const otherZone =
  "Name the zone and the camera that belong together. Only if the camera was moved: remove it " +
  "there and register it to this zone (CameraService.RemoveCamera, RegisterCamera).";

/** The camera is registered, to this zone. */
export const cameraKnown: Rule<CameraQuery> = {
  reasons: ["CAMERA_UNKNOWN"],
  article,
  check(facts, { cameraId, zoneId }) {
    const camera = facts.camera(cameraId);
    const subject = subjectOf("camera", cameraId);
    const reason = "CAMERA_UNKNOWN";
    if (camera?.zoneId === zoneId) {
      const description = "The camera is registered to the zone.";
      return [kept({ reason, article, subject, description }, [subject])];
    }
    const remedy = "Register it to this zone (CameraService.RegisterCamera).";
    if (camera === undefined) {
      const description = "The camera is not registered.";
      return [broken({ reason, article, subject, description, remedy })];
    }
    const elsewhere = { description: OF_ANOTHER_ZONE, remedy: otherZone };
    return [broken({ reason, article, subject, ...elsewhere }, [subject])];
  },
};

/**
 * A fixed camera stands inside the geofence, and sees nothing beyond it. Judged too for a camera
 * of another zone, so that the caller learns of both at once.
 */
export const cameraInside: Rule<CameraQuery> = {
  reasons: ["CAMERA_OUTSIDE_GEOFENCE"],
  article,
  check: (facts, query) => placementIn(facts, query)?.inside ?? nothing,
};

/** A fixed camera neither stands in a private area of the zone nor looks into one. */
export const cameraKeepsPrivacy: Rule<CameraQuery> = {
  reasons: ["PRIVATE_SPACE"],
  article,
  check: (facts, query) => placementIn(facts, query)?.privacy ?? nothing,
};

function placementIn(facts: Facts, { cameraId, zoneId }: CameraQuery): Placement | null {
  const camera = facts.camera(cameraId);
  const fact = facts.zone(zoneId);
  if (camera === undefined || fact === undefined) return null;
  return placementOf(camera, fact.ground);
}
