import type { Camera, Geofence } from "../store/records.js";
import {
  type Checks,
  createChecks,
  DISPLAY_NAME_LENGTH_MAX,
  type RawPosition,
  type Validated,
} from "./checks.js";
import { parseGeofence } from "./geofence.js";

export const DEVICE_IDENTITY_LENGTH_MAX = 100;
/** Vertices of one field of view, closing ones included. */
export const FIELD_OF_VIEW_VERTICES_MAX = 1000;

/** What a caller says of a camera (`cordon.v1.Camera`), unchecked. */
export interface RawCamera {
  readonly cameraId: string;
  readonly zoneId: string;
  readonly displayName: string;
  readonly mobile: boolean;
  readonly position: RawPosition | null;
  /** Empty when it is not known. */
  readonly fieldOfViewGeojson: string;
  /** Empty when it is not known. */
  readonly deviceIdentity: string;
}

/**
 * A camera, or every field that is wrong. Whether it stands and looks inside its zone is for the
 * gate to say, on every query: a camera may be recorded where it hangs, lawful or not. Whether
 * another camera has the same device identity is for the caller to know.
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
  const fieldOfView = checkFieldOfView(checks, raw);
  checks.text("camera.device_identity", raw.deviceIdentity, DEVICE_IDENTITY_LENGTH_MAX);
  if (checks.fields.length > 0) return { ok: false, fields: checks.fields };
  const { cameraId, zoneId, displayName, deviceIdentity } = raw;
  const record = { cameraId, zoneId, displayName, position, fieldOfView, deviceIdentity };
  return { ok: true, record };
}

function checkFieldOfView(checks: Checks, raw: RawCamera): Geofence | null {
  const field = "camera.field_of_view_geojson";
  if (raw.fieldOfViewGeojson === "") return null;
  if (raw.mobile) {
    return checks.add(field, "must be empty for a mobile camera, which sees something else soon");
  }
  const result = parseGeofence(raw.fieldOfViewGeojson, "WGS84", field, FIELD_OF_VIEW_VERTICES_MAX);
  if (result.ok) return result.geofence;
  for (const { description } of result.fields) checks.add(field, description);
  return null;
}
