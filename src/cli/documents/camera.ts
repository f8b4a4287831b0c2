import { z } from "zod";
import type { Camera } from "../../api/generated/cordon/v1/Camera.js";
import { toGeojson } from "../../compliance/geofence.js";
import type { DatumWord } from "../words.js";
import { datum, geojson, id, polygonsOf, text } from "./fields.js";
import { positionRequest } from "./zone.js";

/** `kind: Camera`: a device that may ask. */
export const cameraSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("Camera"),
      camera_id: id,
      zone_id: id,
      display_name: text.optional(),
      mobile: z.boolean().default(false),
      latitude: z.number().optional(),
      longitude: z.number().optional(),
      /** Of the position and of the field of view. */
      datum: datum.default("WGS84"),
      field_of_view: geojson(folder).optional(),
      device_identity: z.string().default(""),
    })
    .transform((camera, context) => {
      const fault = (path: string, message: string) =>
        context.addIssue({ code: "custom", message, path: [path] });
      const { mobile, latitude, longitude, field_of_view, ...rest } = camera;
      const placed = latitude !== undefined && longitude !== undefined;
      if (mobile && (latitude !== undefined || longitude !== undefined)) {
        fault("mobile", "a mobile camera sends its position with each query: leave it out");
      } else if (mobile && field_of_view !== undefined) {
        fault("field_of_view", "a mobile camera has none: leave it out");
      } else if (!mobile && !placed) {
        fault(
          latitude === undefined ? "latitude" : "longitude",
          "is required, unless it is mobile: true",
        );
      }
      return {
        ...rest,
        position: placed ? { latitude, longitude, datum: camera.datum } : null,
        fieldOfView: field_of_view === undefined ? "" : wgs84(field_of_view, camera.datum, fault),
      };
    });

export type CameraDocument = z.output<ReturnType<typeof cameraSchema>>;

export function cameraRequest(camera: CameraDocument): Camera {
  const { position } = camera;
  return {
    cameraId: camera.camera_id,
    zoneId: camera.zone_id,
    displayName: camera.display_name ?? camera.camera_id,
    mobile: position === null,
    ...(position === null ? {} : { position: positionRequest(position) }),
    fieldOfViewGeojson: camera.fieldOfView,
    deviceIdentity: camera.device_identity,
  };
}

/** The API takes fields of view in WGS-84 alone. */
function wgs84(
  json: string,
  from: DatumWord,
  fault: (path: string, message: string) => void,
): string {
  const read = polygonsOf(json, from);
  if (!("problem" in read)) return toGeojson(read);
  fault("field_of_view", read.problem);
  return "";
}
