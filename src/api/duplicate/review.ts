import { invalidField } from "../../base/errors.js";
import type { Review, ReviewDecision } from "../../store/decision-records.js";
import type { Review as ReviewMessage } from "../generated/cordon/v1/Review.js";
import { toTimestamp, toTimestampOrNull, wordOf } from "../mapping.js";

export function fromReview(review: Review): ReviewMessage {
  const { reviewId, requestId, linkToPersonId, reason, decidedBy, decision } = review;
  return {
    reviewId,
    requestId,
    galleryIds: [...review.galleryIds],
    suspects: [...review.suspects],
    createTime: toTimestamp(review.createdAtMs),
    decision: `REVIEW_DECISION_${decision === "" ? "UNSPECIFIED" : decision}`,
    linkToPersonId,
    reason,
    decidedBy,
    decideTime: toTimestampOrNull(review.decidedAtMs),
  };
}

const decisions = ["LINK", "DISTINCT", "DISMISS"] as const satisfies readonly ReviewDecision[];

/** @throws CordonError INVALID_ARGUMENT for none, or one that the proto does not name */
export function toDecision(decision: string): (typeof decisions)[number] {
  const word = wordOf(decision, "REVIEW_DECISION_");
  const known = decisions.find((name) => name === word);
  if (known === undefined) throw invalidField("decision", `must be one of ${decisions.join(", ")}`);
  return known;
}
