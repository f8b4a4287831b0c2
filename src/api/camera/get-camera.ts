import { getCamera } from "../../usecases/cameras.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { GetCameraRequest__Output } from "../generated/cordon/v1/GetCameraRequest.js";
import type { GetCameraResponse } from "../generated/cordon/v1/GetCameraResponse.js";
import { fromCamera } from "./camera.js";

export function getCameraRpc(engine: Engine): Unary<GetCameraRequest__Output, GetCameraResponse> {
  return async ({ cameraId }) => ({ camera: fromCamera(await getCamera(engine, cameraId)) });
}
