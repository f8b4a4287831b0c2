import { actorOf, type Engine } from "../../usecases/engine.js";
import { rotateKeys } from "../../usecases/keys.js";
import type { Unary } from "../context.js";
import type { RotateKeysRequest__Output } from "../generated/cordon/v1/RotateKeysRequest.js";
import type { RotateKeysResponse } from "../generated/cordon/v1/RotateKeysResponse.js";

/**
 * A rotation is not broken off when its caller is gone or out of time: it goes on to its end, which
 * `GetKeyStatus` shows, and only a stop of the server interrupts it, until the next start.
 */
export function rotateKeysRpc(
  engine: Engine,
): Unary<RotateKeysRequest__Output, RotateKeysResponse> {
  return ({ resumeOnly }, { caller }) => {
    const rotation = rotateKeys(engine, { resumeOnly }, actorOf(caller));
    rotation.catch((err: unknown) => engine.log.error({ err }, "a key rotation broke off"));
    return rotation;
  };
}
