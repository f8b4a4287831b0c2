import type { Camera, Camera__Output } from "../../api/generated/cordon/v1/Camera.js";
import { validateCamera } from "../../compliance/validate-camera.js";
import { type CameraDocument, cameraRequest } from "../documents/camera.js";
import { changesOf, type SeenRecord } from "./change.js";
import { blocked, createOrUpdate, judged, noZone, Phase, type Planner, requires } from "./plan.js";
import { rawCamera } from "./raw.js";
import { seenPlace, seenShape } from "./seen.js";

export const planCamera: Planner<CameraDocument> = async (document, current, expected) => {
  const found = await current.camera(document.camera_id);
  const changes = changesOf(found && seenCamera(found), seenWanted(document));
  if (found !== null && found.zoneId !== document.zone_id) {
    const why = `the camera is registered to zone ${found.zoneId}: remove it there first`;
    return blocked(why, changes);
  }
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.camera,
    name: "register",
    run: (client) => client.camera.registerCamera({ camera: cameraRequest(document) }),
  });
  if (outcome.steps.length === 0) return outcome;
  const { camera_id, zone_id, device_identity } = document;
  const holder = await expected.giveDevice(camera_id, device_identity);
  return judged(
    outcome,
    validateCamera(rawCamera(document)),
    requires(await expected.isZone(zone_id), "zone_id", noZone),
    requires(holder === null, "device_identity", `is that of camera "${holder}"`),
  );
};

function seenWanted(camera: CameraDocument): SeenRecord {
  return {
    zone_id: camera.zone_id,
    display_name: camera.display_name ?? camera.camera_id,
    position: seenPlace(camera.position),
    field_of_view: seenShape(camera.fieldOfView),
    device_identity: camera.device_identity,
  };
}

/** What the API says of a camera, as it is compared. */
export function seenCamera(camera: Camera | Camera__Output): SeenRecord {
  const { displayName, deviceIdentity, fieldOfViewGeojson, mobile, position, zoneId } = camera;
  const { latitude, longitude, datum = "DATUM_WGS84" } = position ?? {};
  const at = { latitude: Number(latitude), longitude: Number(longitude), datum: `${datum}` };
  return {
    zone_id: zoneId,
    display_name: displayName,
    position: seenPlace(mobile || !position ? null : at),
    field_of_view: seenShape(fieldOfViewGeojson ?? ""),
    device_identity: deviceIdentity,
  };
}
