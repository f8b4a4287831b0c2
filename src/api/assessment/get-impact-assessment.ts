import { getAssessment } from "../../usecases/assessments.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { GetImpactAssessmentRequest__Output } from "../generated/cordon/v1/GetImpactAssessmentRequest.js";
import type { GetImpactAssessmentResponse } from "../generated/cordon/v1/GetImpactAssessmentResponse.js";
import { fromAssessment } from "./assessment.js";

export function getImpactAssessmentRpc(
  engine: Engine,
): Unary<GetImpactAssessmentRequest__Output, GetImpactAssessmentResponse> {
  return async ({ assessmentId }) => ({
    assessment: fromAssessment(await getAssessment(engine, assessmentId)),
  });
}
