import { deleteAssessment } from "../../usecases/assessments.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { DeleteImpactAssessmentRequest__Output } from "../generated/cordon/v1/DeleteImpactAssessmentRequest.js";
import type { DeleteImpactAssessmentResponse } from "../generated/cordon/v1/DeleteImpactAssessmentResponse.js";

export function deleteImpactAssessmentRpc(
  engine: Engine,
): Unary<DeleteImpactAssessmentRequest__Output, DeleteImpactAssessmentResponse> {
  return async ({ assessmentId }, { caller }) => {
    await deleteAssessment(engine, assessmentId, caller);
    return {};
  };
}
