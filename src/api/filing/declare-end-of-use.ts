import type { Engine } from "../../usecases/engine.js";
import { recordFilingStep } from "../../usecases/filing/steps.js";
import type { Unary } from "../context.js";
import type { DeclareEndOfUseRequest__Output } from "../generated/cordon/v1/DeclareEndOfUseRequest.js";
import type { DeclareEndOfUseResponse } from "../generated/cordon/v1/DeclareEndOfUseResponse.js";
import { toMs } from "../mapping.js";
import { fromStatus } from "./status.js";

export function declareEndOfUseRpc(
  engine: Engine,
): Unary<DeclareEndOfUseRequest__Output, DeclareEndOfUseResponse> {
  return async ({ endTime, reason }, { caller }) => {
    const atMs = toMs(endTime, "end_time");
    const request = { kind: "USE_ENDED", atMs, number: "", note: reason } as const;
    return { status: fromStatus(await recordFilingStep(engine, request, caller)) };
  };
}
