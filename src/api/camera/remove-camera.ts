import { removeCamera } from "../../usecases/cameras.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RemoveCameraRequest__Output } from "../generated/cordon/v1/RemoveCameraRequest.js";
import type { RemoveCameraResponse } from "../generated/cordon/v1/RemoveCameraResponse.js";

export function removeCameraRpc(
  engine: Engine,
): Unary<RemoveCameraRequest__Output, RemoveCameraResponse> {
  return async ({ cameraId }, { caller }) => {
    await removeCamera(engine, cameraId, caller);
    return {};
  };
}
