import type { Engine } from "../../usecases/engine.js";
import { resolveReview } from "../../usecases/reviews.js";
import type { Unary } from "../context.js";
import type { ResolveReviewRequest__Output } from "../generated/cordon/v1/ResolveReviewRequest.js";
import type { ResolveReviewResponse } from "../generated/cordon/v1/ResolveReviewResponse.js";
import { fromReview, toDecision } from "./review.js";

export function resolveReviewRpc(
  engine: Engine,
): Unary<ResolveReviewRequest__Output, ResolveReviewResponse> {
  return async ({ reviewId, decision, linkToPersonId, reason }, { caller }) => {
    const resolution = { reviewId, decision: toDecision(decision), linkToPersonId, reason };
    return { review: fromReview(await resolveReview(engine, resolution, caller)) };
  };
}
