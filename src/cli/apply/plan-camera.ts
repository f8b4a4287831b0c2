import type { Camera__Output } from "../../api/generated/cordon/v1/Camera.js";
import { type CameraDocument, cameraRequest } from "../documents/camera.js";
import { changesOf, type SeenRecord } from "./change.js";
import { blocked, createOrUpdate, Phase, type Planner } from "./plan.js";
import { seenPlace, seenShape } from "./seen.js";

export const planCamera: Planner<CameraDocument> = async (document, current) => {
  const found = await current.camera(document.camera_id);
  const changes = changesOf(found && seenFound(found), seenWanted(document));
  if (found !== null && found.zoneId !== document.zone_id) {
    const why = `the camera is registered to zone ${found.zoneId}: remove it there first`;
    return blocked(why, changes);
  }
  return createOrUpdate(found !== null, changes, {
    phase: Phase.camera,
    run: (client) => client.camera.registerCamera({ camera: cameraRequest(document) }),
  });
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

function seenFound(camera: Camera__Output): SeenRecord {
  return {
    zone_id: camera.zoneId,
    display_name: camera.displayName,
    position: seenPlace(camera.mobile ? null : camera.position),
    field_of_view: seenShape(camera.fieldOfViewGeojson),
    device_identity: camera.deviceIdentity,
  };
}
