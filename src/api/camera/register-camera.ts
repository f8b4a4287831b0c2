import { invalidField } from "../../base/errors.js";
import { registerCamera } from "../../usecases/cameras.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RegisterCameraRequest__Output } from "../generated/cordon/v1/RegisterCameraRequest.js";
import type { RegisterCameraResponse } from "../generated/cordon/v1/RegisterCameraResponse.js";
import { toRawPosition } from "../mapping.js";
import { fromCamera } from "./camera.js";

export function registerCameraRpc(
  engine: Engine,
): Unary<RegisterCameraRequest__Output, RegisterCameraResponse> {
  return async ({ camera }, { caller }) => {
    if (camera === null) throw invalidField("camera", "is required");
    const position = toRawPosition(camera.position, "camera.position");
    const raw = { ...camera, position };
    return { camera: fromCamera(await registerCamera(engine, raw, caller)) };
  };
}
