import { approveAssessment } from "../../usecases/assessments.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { ApproveImpactAssessmentRequest__Output } from "../generated/cordon/v1/ApproveImpactAssessmentRequest.js";
import type { ApproveImpactAssessmentResponse } from "../generated/cordon/v1/ApproveImpactAssessmentResponse.js";
import { fromAssessment } from "./assessment.js";

export function approveImpactAssessmentRpc(
  engine: Engine,
): Unary<ApproveImpactAssessmentRequest__Output, ApproveImpactAssessmentResponse> {
  return async ({ assessmentId, approver }, { caller }) => ({
    assessment: fromAssessment(await approveAssessment(engine, assessmentId, approver, caller)),
  });
}
