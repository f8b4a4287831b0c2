import type { Engine } from "../../usecases/engine.js";
import { removeSign } from "../../usecases/signage.js";
import type { Unary } from "../context.js";
import type { RemoveSignRequest__Output } from "../generated/cordon/v1/RemoveSignRequest.js";
import type { RemoveSignResponse } from "../generated/cordon/v1/RemoveSignResponse.js";

export function removeSignRpc(
  engine: Engine,
): Unary<RemoveSignRequest__Output, RemoveSignResponse> {
  return async ({ zoneId, signId }, { caller }) => {
    await removeSign(engine, zoneId, signId, caller);
    return {};
  };
}
