import { listAssessments } from "../../usecases/assessments.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { ListImpactAssessmentsRequest__Output } from "../generated/cordon/v1/ListImpactAssessmentsRequest.js";
import type { ListImpactAssessmentsResponse } from "../generated/cordon/v1/ListImpactAssessmentsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromAssessment } from "./assessment.js";

export function listImpactAssessmentsRpc(
  engine: Engine,
): Unary<ListImpactAssessmentsRequest__Output, ListImpactAssessmentsResponse> {
  return async (request) => {
    const page = await listAssessments(engine, request.zoneId || null, toPageRequest(request));
    return { assessments: page.items.map(fromAssessment), nextPageToken: page.nextPageToken };
  };
}
