import type { Quality, QualityReason } from "../vision/port.js";
import type { Quality as QualityMessage } from "./generated/cordon/v1/Quality.js";

export function fromQuality(quality: Quality | null): QualityMessage | null {
  if (quality === null) return null;
  return {
    acceptable: quality.acceptable,
    reasons: quality.reasons.map(fromQualityReason),
    eyeDistancePx: quality.eyeDistancePx,
    sharpness: quality.sharpness,
    brightness: quality.brightness,
    yawDegrees: quality.yawDegrees,
    pitchDegrees: quality.pitchDegrees,
    rollDegrees: quality.rollDegrees,
    detectorScore: quality.detectorScore,
  };
}

function fromQualityReason(reason: QualityReason): `QUALITY_REASON_${QualityReason}` {
  return `QUALITY_REASON_${reason}`;
}
