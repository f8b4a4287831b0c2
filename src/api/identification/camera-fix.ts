import { invalidField } from "../../base/errors.js";
import { validatePosition } from "../../compliance/checks.js";
import type { CameraFix } from "../../compliance/rules/rule.js";
import { recordOf } from "../../usecases/validated.js";
import type { CameraFix__Output } from "../generated/cordon/v1/CameraFix.js";
import { toMs, toRawPosition } from "../mapping.js";

const ACCURACY_M_MAX = 10_000;

/** A mobile camera's fix in WGS-84; null when the query has none. */
export function toCameraFix(message: CameraFix__Output | null): CameraFix | null {
  if (message === null) return null;
  const raw = toRawPosition(message.position, "camera_fix.position");
  if (raw === null) throw invalidField("camera_fix.position", "is required");
  const { latitude, longitude } = recordOf(validatePosition(raw, "camera_fix.position"));
  const { accuracyM } = message;
  // No fix is perfect: 0 is a fix that does not say how good it is.
  if (!(accuracyM > 0 && accuracyM <= ACCURACY_M_MAX)) {
    throw invalidField("camera_fix.accuracy_m", `must be above 0, to ${ACCURACY_M_MAX}`);
  }
  const fixedAtMs = toMs(message.fixTime, "camera_fix.fix_time");
  if (fixedAtMs === null) throw invalidField("camera_fix.fix_time", "is required");
  return { latitude, longitude, accuracyM, fixedAtMs };
}
