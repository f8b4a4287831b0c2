import type { GateReason } from "../../src/compliance/reasons.js";
import type { IdentifyQuery } from "../../src/compliance/rules/rule.js";
import { box, fix, fixedCamera, geofenceOf, inToilet, NOW, outside } from "./world.js";
import type { Wrong } from "./wrong.js";

export const wrongCameras: readonly Wrong[] = [
  {
    when: "the camera is not registered",
    reason: "CAMERA_UNKNOWN",
    subject: "camera/c1",
    change: (facts) => facts.deleteCamera("c1"),
  },
  {
    when: "the camera is registered to another zone",
    reason: "CAMERA_UNKNOWN",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, zoneId: "station" }),
  },
  {
    when: "a fixed camera stands outside",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
  },
  {
    when: "a fixed camera stands outside and the query says otherwise",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
    asked: { cameraFix: fix },
  },
  {
    when: "a fixed camera looks out of the zone",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/c1/field_of_view",
    change: (facts) => {
      const fieldOfView = geofenceOf(box(116.404, 39.904, 116.411, 39.906));
      facts.putCamera({ ...fixedCamera, fieldOfView });
    },
  },
  {
    when: "a fixed camera stands in a private area",
    reason: "PRIVATE_SPACE",
    subject: "camera/c1/private_area/toilet",
    change: (facts) => facts.putCamera({ ...fixedCamera, position: inToilet, fieldOfView: null }),
  },
  {
    when: "a fixed camera looks into a private area",
    reason: "PRIVATE_SPACE",
    subject: "camera/c1/private_area/toilet",
    change: (facts) => {
      const fieldOfView = geofenceOf(box(116.404, 39.904, 116.4085, 39.9085));
      facts.putCamera({ ...fixedCamera, fieldOfView });
    },
  },
];

export const m1 = { cameraId: "m1" } as const;
export const wrongFixes: readonly Wrong[] = [
  ["is outside", "CAMERA_OUTSIDE_GEOFENCE", { ...fix, ...outside }],
  ["does not say where it is", "CAMERA_OUTSIDE_GEOFENCE", null],
  ["is at no number", "CAMERA_OUTSIDE_GEOFENCE", { ...fix, latitude: NaN, longitude: NaN }],
  ["has no accuracy", "CAMERA_OUTSIDE_GEOFENCE", { ...fix, accuracyM: NaN }],
  ["has a negative accuracy", "CAMERA_OUTSIDE_GEOFENCE", { ...fix, accuracyM: -1 }],
  ["has a fix older than 10 s", "CAMERA_POSITION_STALE", { ...fix, fixedAtMs: NOW - 10_001 }],
  ["has a fix 2 s in the future", "CAMERA_POSITION_STALE", { ...fix, fixedAtMs: NOW + 2_001 }],
  ["has a fix without time", "CAMERA_POSITION_STALE", { ...fix, fixedAtMs: NaN }],
].map(([when, reason, cameraFix]) => ({
  when: `a mobile camera ${when}`,
  reason: reason as GateReason,
  subject: "camera/m1",
  asked: { ...m1, cameraFix: cameraFix as IdentifyQuery["cameraFix"] },
}));

export const wrongPrivacy: Wrong = {
  when: "a mobile camera's circle reaches a private area",
  reason: "PRIVATE_SPACE",
  subject: "camera/m1/private_area/toilet",
  // 85 m west of the toilet.
  asked: { ...m1, cameraFix: { ...inToilet, longitude: 116.407, accuracyM: 86, fixedAtMs: NOW } },
};
