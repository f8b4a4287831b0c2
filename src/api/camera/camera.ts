import type { Camera } from "../../store/records.js";
import type { Camera as CameraMessage } from "../generated/cordon/v1/Camera.js";
import { fromGeofence, fromPosition } from "../mapping.js";

export function fromCamera(camera: Camera): CameraMessage {
  return {
    cameraId: camera.cameraId,
    zoneId: camera.zoneId,
    displayName: camera.displayName,
    position: camera.position === null ? null : fromPosition(camera.position),
    mobile: camera.position === null,
    fieldOfViewGeojson: camera.fieldOfView === null ? "" : fromGeofence(camera.fieldOfView),
    deviceIdentity: camera.deviceIdentity,
  };
}
