import { invalidField } from "../../base/errors.js";
import { recordAlternative } from "../../usecases/alternatives.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RecordAlternativeMethodRequest__Output } from "../generated/cordon/v1/RecordAlternativeMethodRequest.js";
import type { RecordAlternativeMethodResponse } from "../generated/cordon/v1/RecordAlternativeMethodResponse.js";
import { toMs } from "../mapping.js";
import { fromMethod } from "./alternative-method.js";

export function recordAlternativeMethodRpc(
  engine: Engine,
): Unary<RecordAlternativeMethodRequest__Output, RecordAlternativeMethodResponse> {
  return async ({ method }, { caller }) => {
    if (method === null) throw invalidField("method", "is required");
    const { methodId, zoneId, description } = method;
    const availableFromMs = toMs(method.availableFrom, "method.available_from");
    const raw = { methodId, zoneId, description, availableFromMs };
    return { method: fromMethod(await recordAlternative(engine, raw, caller)) };
  };
}
