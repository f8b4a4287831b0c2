import { removeAlternative } from "../../usecases/alternatives.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RemoveAlternativeMethodRequest__Output } from "../generated/cordon/v1/RemoveAlternativeMethodRequest.js";
import type { RemoveAlternativeMethodResponse } from "../generated/cordon/v1/RemoveAlternativeMethodResponse.js";

export function removeAlternativeMethodRpc(
  engine: Engine,
): Unary<RemoveAlternativeMethodRequest__Output, RemoveAlternativeMethodResponse> {
  return async ({ zoneId, methodId }, { caller }) => {
    await removeAlternative(engine, zoneId, methodId, caller);
    return {};
  };
}
