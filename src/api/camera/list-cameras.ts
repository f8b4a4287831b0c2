import { listCameras } from "../../usecases/cameras.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { ListCamerasRequest__Output } from "../generated/cordon/v1/ListCamerasRequest.js";
import type { ListCamerasResponse } from "../generated/cordon/v1/ListCamerasResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromCamera } from "./camera.js";

export function listCamerasRpc(
  engine: Engine,
): Unary<ListCamerasRequest__Output, ListCamerasResponse> {
  return async (request) => {
    const zoneId = request.zoneId === "" ? null : request.zoneId;
    const page = await listCameras(engine, zoneId, toPageRequest(request));
    return { cameras: page.items.map(fromCamera), nextPageToken: page.nextPageToken };
  };
}
