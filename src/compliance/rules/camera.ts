import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import { placementOf } from "./placement.js";
import type { CameraQuery, Rule } from "./rule.js";

const article = "Art. 13";
const remedyCall = "(CameraService.RegisterCamera)";

/** The camera is registered, to this zone. */
export const cameraKnown: Rule<CameraQuery> = {
  reasons: ["CAMERA_UNKNOWN"],
  article,
  check(facts, { cameraId, zoneId }) {
    const camera = facts.camera(cameraId);
    const subject = subjectOf("camera", cameraId);
    const what = { reason: "CAMERA_UNKNOWN", article, subject } as const;
    if (camera?.zoneId === zoneId) {
      return [kept({ ...what, description: "The camera is registered to the zone." }, [subject])];
    }
    const remedy = `Register it to this zone ${remedyCall}.`;
    if (camera === undefined) {
      return [broken({ ...what, description: "The camera is not registered.", remedy })];
    }
    const description = "The camera is registered to another zone.";
    return [broken({ ...what, description, remedy }, [subject])];
  },
};

/**
 * A fixed camera stands inside the geofence, and sees nothing beyond it. Judged too for a camera
 * of another zone, so that the caller learns of both at once.
 */
export const cameraInside: Rule<CameraQuery> = {
  reasons: ["CAMERA_OUTSIDE_GEOFENCE"],
  article,
  check(facts, { cameraId, zoneId }) {
    const camera = facts.camera(cameraId);
    const fact = facts.zone(zoneId);
    if (camera === undefined || fact === undefined) return nothing;
    const placement = placementOf(camera, fact.ground);
    if (placement === null) return nothing;
    const subject = subjectOf("camera", cameraId);
    const findings = [
      outsideUnless(placement.positionInside, {
        subject,
        record: subject,
        kept: "The camera stands inside the zone's geofence.",
        broken: "The camera is outside the zone's geofence.",
        remedy: `Move it inside and record its place ${remedyCall}.`,
      }),
    ];
    if (camera.fieldOfView === null) return findings;
    findings.push(
      outsideUnless(placement.viewInside, {
        subject: subjectOf("camera", cameraId, "field_of_view"),
        record: subject,
        kept: "All that the camera sees is inside the zone's geofence.",
        broken: "The camera looks out of the zone's geofence.",
        remedy: `Turn or mask it and record what it sees then ${remedyCall}.`,
      }),
    );
    return findings;
  },
};

interface Told {
  readonly subject: string;
  readonly record: string;
  readonly kept: string;
  readonly broken: string;
  readonly remedy: string;
}

function outsideUnless(inside: boolean, told: Told): Finding {
  const { subject, record, remedy } = told;
  const what = { reason: "CAMERA_OUTSIDE_GEOFENCE", article, subject } as const;
  if (inside) return kept({ ...what, description: told.kept }, [record]);
  return broken({ ...what, description: told.broken, remedy }, [record]);
}

/** A fixed camera neither stands in a private area of the zone nor looks into one. */
export const cameraKeepsPrivacy: Rule<CameraQuery> = {
  reasons: ["PRIVATE_SPACE"],
  article,
  check(facts, { cameraId, zoneId }) {
    const camera = facts.camera(cameraId);
    const fact = facts.zone(zoneId);
    if (camera === undefined || fact === undefined) return nothing;
    const placement = placementOf(camera, fact.ground);
    if (placement === null) return nothing;
    if (placement.privateAreaIds.length === 0) {
      const subject = subjectOf("camera", cameraId);
      const description = "The camera neither stands in a private area nor looks into one.";
      return [kept({ reason: "PRIVATE_SPACE", article, subject, description }, [subject])];
    }
    const remedy = `Move, turn or mask it and record that ${remedyCall}.`;
    return placement.privateAreaIds.map((areaId) => privateSpace(cameraId, areaId, remedy));
  },
};

/** The camera is in a private area of its zone, or sees part of it. */
export function privateSpace(cameraId: string, areaId: string, remedy: string): Finding {
  const subject = subjectOf("camera", cameraId, "private_area", areaId);
  const description = "The camera stands in a private space or looks into it.";
  return broken({ reason: "PRIVATE_SPACE", article, subject, description, remedy }, [
    subjectOf("camera", cameraId),
  ]);
}
