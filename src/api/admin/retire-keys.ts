import { actorOf, type Engine } from "../../usecases/engine.js";
import { retireKeys } from "../../usecases/keys.js";
import type { Unary } from "../context.js";
import type { RetireKeysRequest__Output } from "../generated/cordon/v1/RetireKeysRequest.js";
import type { RetireKeysResponse } from "../generated/cordon/v1/RetireKeysResponse.js";

export function retireKeysRpc(
  engine: Engine,
): Unary<RetireKeysRequest__Output, RetireKeysResponse> {
  return async (_request, { caller }) => ({
    retiredVersions: [...(await retireKeys(engine, actorOf(caller)))],
  });
}
