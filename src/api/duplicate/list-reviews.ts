import type { Engine } from "../../usecases/engine.js";
import { listReviews } from "../../usecases/reviews.js";
import type { Unary } from "../context.js";
import type { ListReviewsRequest__Output } from "../generated/cordon/v1/ListReviewsRequest.js";
import type { ListReviewsResponse } from "../generated/cordon/v1/ListReviewsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromReview } from "./review.js";

export function listReviewsRpc(
  engine: Engine,
): Unary<ListReviewsRequest__Output, ListReviewsResponse> {
  return async (request) => {
    const page = await listReviews(engine, request.includeDecided, toPageRequest(request));
    return { reviews: page.items.map(fromReview), nextPageToken: page.nextPageToken };
  };
}
