import { invalidField } from "../../base/errors.js";
import { recordAssessment } from "../../usecases/assessments.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RecordImpactAssessmentRequest__Output } from "../generated/cordon/v1/RecordImpactAssessmentRequest.js";
import type { RecordImpactAssessmentResponse } from "../generated/cordon/v1/RecordImpactAssessmentResponse.js";
import { toMs, wordOf } from "../mapping.js";
import { fromAssessment } from "./assessment.js";

export function recordImpactAssessmentRpc(
  engine: Engine,
): Unary<RecordImpactAssessmentRequest__Output, RecordImpactAssessmentResponse> {
  return async ({ assessment }, { caller }) => {
    if (assessment === null) throw invalidField("assessment", "is required");
    const trigger = wordOf(assessment.trigger, "ASSESSMENT_TRIGGER_");
    const validUntilMs = toMs(assessment.validUntil, "assessment.valid_until");
    const raw = { ...assessment, trigger, validUntilMs };
    return { assessment: fromAssessment(await recordAssessment(engine, raw, caller)) };
  };
}
