import { invalidField } from "../../base/errors.js";
import { filingSteps } from "../../filing/steps.js";
import type { Engine } from "../../usecases/engine.js";
import { recordFilingStep } from "../../usecases/filing/steps.js";
import type { Unary } from "../context.js";
import type { RecordFilingStepRequest__Output } from "../generated/cordon/v1/RecordFilingStepRequest.js";
import type { RecordFilingStepResponse } from "../generated/cordon/v1/RecordFilingStepResponse.js";
import { toMs, wordOf } from "../mapping.js";
import { fromStatus } from "./status.js";

/** The end of use is no step with the authority: it is declared (`DeclareEndOfUse`). */
const steps = filingSteps.filter((step) => step !== "USE_ENDED");

export function recordFilingStepRpc(
  engine: Engine,
): Unary<RecordFilingStepRequest__Output, RecordFilingStepResponse> {
  return async ({ step, stepTime, number, note }, { caller }) => {
    const word = wordOf(step, "FILING_STEP_");
    const kind = steps.find((name) => name === word);
    if (kind === undefined) throw invalidField("step", `must be one of ${steps.join(", ")}`);
    const request = { kind, atMs: toMs(stepTime, "step_time"), number, note };
    return { status: fromStatus(await recordFilingStep(engine, request, caller)) };
  };
}
