import { circleInside, circleTouches } from "../containment.js";
import type { ZoneFact } from "../facts.js";
import { broken, type Finding, nothing, subjectOf } from "../violation.js";
import { privateSpace } from "./placement.js";
import type { CameraFix, IdentifyQuery, Rule } from "./rule.js";

const article = "Art. 13";

/** Oldest fix that still says where a mobile camera is: a car drives 140 m in that time. */
export const FIX_AGE_MS_MAX = 10_000;
/** Farthest in the future that a fix may be dated: how much the two clocks may differ. */
export const FIX_AHEAD_MS_MAX = 2_000;

const remedyCall = "(camera_fix of IdentificationService.Identify)";

/**
 * A mobile camera says where it is, lately; the whole circle that it may be in lies inside the
 * geofence and touches no private area. The fix tells where the picture was taken, so it is judged
 * once and does not shorten the permit. Nothing for a fixed camera.
 */
export const mobileFix: Rule<IdentifyQuery> = {
  reasons: ["CAMERA_OUTSIDE_GEOFENCE", "PRIVATE_SPACE", "CAMERA_POSITION_STALE"],
  article,
  check(facts, { cameraId, zoneId, cameraFix }, nowMs) {
    const camera = facts.camera(cameraId);
    const fact = facts.zone(zoneId);
    if (camera === undefined || camera.position !== null || fact === undefined) return nothing;
    return fixFindings(cameraId, fact, cameraFix, nowMs);
  },
};

/** What is wrong with the fix of a camera that is known to be mobile; nothing when all is right. */
export function fixFindings(
  cameraId: string,
  fact: ZoneFact,
  fix: CameraFix | null,
  nowMs: number,
): readonly Finding[] {
  if (fix === null) {
    return [outside(cameraId, "The camera is mobile, and the query does not say where it is.")];
  }
  const place = placeFindings(cameraId, fact, fix);
  const age = ageFindings(cameraId, fix, nowMs);
  return place.length + age.length === 0 ? nothing : [...place, ...age];
}

function placeFindings(cameraId: string, fact: ZoneFact, fix: CameraFix): readonly Finding[] {
  const { latitude, longitude, accuracyM } = fix;
  if (!Number.isFinite(latitude + longitude + accuracyM) || accuracyM < 0) {
    return [outside(cameraId, "The camera's position or its accuracy is not a number in range.")];
  }
  const findings: Finding[] = [];
  if (!circleInside(fact.geofence, fix, accuracyM)) {
    const description =
      `The circle of ${accuracyM} m that the camera may be in is not all inside the zone's ` +
      "geofence.";
    findings.push(outside(cameraId, description));
  }
  for (const { areaId, geofence } of fact.privateAreas) {
    if (!circleTouches(geofence, fix, accuracyM)) continue;
    const remedy = `Send a fix that is surely clear of it ${remedyCall}.`;
    findings.push(privateSpace(cameraId, areaId, remedy));
  }
  return findings;
}

function ageFindings(
  cameraId: string,
  { fixedAtMs }: CameraFix,
  nowMs: number,
): readonly Finding[] {
  const ageMs = nowMs - fixedAtMs;
  if (ageMs <= FIX_AGE_MS_MAX && ageMs >= -FIX_AHEAD_MS_MAX) return nothing;
  const description =
    ageMs < 0
      ? "The camera's position is dated in the future."
      : `The camera's position is older than ${FIX_AGE_MS_MAX / 1000} s.`;
  const subject = subjectOf("camera", cameraId);
  const remedy = `Send a fresh fix, and keep the camera's clock right ${remedyCall}.`;
  const reason = "CAMERA_POSITION_STALE";
  return [broken({ reason, article, subject, description, remedy }, [subject])];
}

function outside(cameraId: string, description: string): Finding {
  const subject = subjectOf("camera", cameraId);
  const remedy = `Send a fix from a place inside the zone ${remedyCall}.`;
  const reason = "CAMERA_OUTSIDE_GEOFENCE";
  return broken({ reason, article, subject, description, remedy }, [subject]);
}
