import { refusalError } from "../../compliance/violation.js";
import type { Engine } from "../../usecases/engine.js";
import { identify } from "../../usecases/identify.js";
import type { Unary } from "../context.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyResponse } from "../generated/cordon/v1/IdentifyResponse.js";
import { toResponse } from "./answer.js";
import { toQuery } from "./query.js";

export function identifyRpc(engine: Engine): Unary<IdentifyRequest__Output, IdentifyResponse> {
  return async (request, { caller, signal }) => {
    const outcome = await identify(engine, toQuery(engine, request), caller, signal);
    if (outcome.refused) throw refusalError(outcome.refusal);
    return toResponse(outcome.answer, engine.vision.info.modelPack);
  };
}
