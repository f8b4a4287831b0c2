import type { Caller } from "../access/access.js";
import { CordonError, invalidField, notFound } from "../base/errors.js";
import { checkedReason } from "../base/reason.js";
import type { Review } from "../store/decision-records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { requireEnrolled } from "./roster/require-enrolled.js";

export interface ReviewResolution {
  readonly reviewId: string;
  readonly decision: "LINK" | "DISTINCT" | "DISMISS";
  /** One of the suspects, when the decision is to link; else empty. */
  readonly linkToPersonId: string;
  readonly reason: string;
}

export function listReviews(
  engine: Engine,
  includeDecided: boolean,
  page: PageRequest,
): Promise<Page<Review>> {
  return engine.store.listReviews(!includeDecided, page);
}

/**
 * Decides a likely duplicate. The person's pictures were not kept: the enrolment is sent again,
 * and then this decision is applied.
 */
export function resolveReview(
  engine: Engine,
  resolution: ReviewResolution,
  caller: Caller,
): Promise<Review> {
  const { reviewId, decision, linkToPersonId } = resolution;
  const reason = checkedReason(resolution.reason);
  return engine.roster.alone(async () => {
    const review = await engine.store.getReview(reviewId);
    if (review === null) throw notFound("review", reviewId);
    if (review.decision !== "") {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "STATE_TRANSITION_INVALID",
        message: `The review "${reviewId}" was decided by ${review.decidedBy} already.`,
      });
    }
    const isSuspect = review.suspects.some(({ personId }) => personId === linkToPersonId);
    if (decision === "LINK" ? !isSuspect : linkToPersonId !== "") {
      const description =
        decision === "LINK" ? "must be one of the review's suspects" : "only goes with a link";
      throw invalidField("link_to_person_id", description);
    }
    if (decision === "LINK") await requireEnrolled(engine, linkToPersonId);
    const decidedAtMs = engine.clock.nowMs();
    const by = { decidedBy: caller.name, decidedAtMs };
    const decided: Review = { ...review, decision, linkToPersonId, reason, ...by };
    const suspects = review.suspects.map(({ personId, score }) => ({ personId, score }));
    const details = { reviewId, decision, personId: linkToPersonId, reason, suspects };
    const change = beginChange(engine, caller, "review.resolve", details);
    await change.store.putReview(decided);
    await change.record();
    return decided;
  });
}
