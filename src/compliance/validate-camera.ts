import type { Camera } from "../store/records.js";
import {
  createChecks,
  DISPLAY_NAME_LENGTH_MAX,
  type RawPosition,
  type Validated,
} from "./checks.js";

/** What a caller says of a camera (`cordon.v1.Camera`), unchecked. */
export interface RawCamera {
  readonly cameraId: string;
  readonly zoneId: string;
  readonly displayName: string;
  readonly mobile: boolean;
  readonly position: RawPosition | null;
}

/**
 * A camera, or every field that is wrong. Whether it stands inside its zone is for the gate to
 * say, on every query: a camera may be recorded where it hangs, lawful or not.
 */
export function validateCamera(raw: RawCamera): Validated<Camera> {
  const checks = createChecks();
  checks.slug("camera.camera_id", raw.cameraId);
  checks.slug("camera.zone_id", raw.zoneId);
  checks.text("camera.display_name", raw.displayName, DISPLAY_NAME_LENGTH_MAX);
  if (raw.mobile && raw.position !== null) {
    checks.add(
      "camera.position",
      "must be absent for a mobile camera, which sends it with queries",
    );
  }
  const position = raw.mobile ? null : checks.position("camera.position", raw.position);
  if (checks.fields.length > 0) return { ok: false, fields: checks.fields };
  const { cameraId, zoneId, displayName } = raw;
  return { ok: true, record: { cameraId, zoneId, displayName, position } };
}
