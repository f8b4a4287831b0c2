import { CordonError, notFound } from "../../base/errors.js";
import type { PersonRow, Review } from "../../store/records.js";
import type { Engine } from "../engine.js";
import type { EnrolJob } from "./enrol-job.js";
import { reviewIdOf } from "./request-key.js";
import type { Scores } from "./suspects.js";
import { ownRow } from "./who.js";

/** What becomes of a job: who it is linked to, whom it is distinct from, and who is still in doubt. */
export interface Resolved {
  /** The person's own row; null for somebody new. */
  readonly linkTo: PersonRow | null;
  readonly distinctFrom: readonly string[];
  /** Who decided, and why; empty when nothing had to be decided. */
  readonly decidedBy: string;
  readonly reason: string;
  /** Likely duplicates that the decision does not speak of. Not empty: refused. */
  readonly suspects: Scores;
}

/** The same; the bulk path applies by itself what was decided in the review list meanwhile. */
export async function resolveOrReview(
  engine: Engine,
  job: EnrolJob,
  suspects: Scores,
): Promise<Resolved> {
  const resolved = await resolve(engine, job, suspects);
  if (resolved.suspects.size === 0 || !job.reviewed || job.resolution !== null) return resolved;
  const reviewId = reviewIdOf(job);
  const review = reviewId === "" ? null : await engine.store.getReview(reviewId);
  if (review === null || review.decision === "") return resolved;
  return resolve(engine, { ...job, resolution: { kind: "review", reviewId } }, suspects);
}

/**
 * Applies what the caller, or whoever decided the review, says about likely duplicates.
 * @throws CordonError NOT_FOUND, or FAILED_PRECONDITION REVIEW_UNDECIDED
 */
export async function resolve(engine: Engine, job: EnrolJob, suspects: Scores): Promise<Resolved> {
  const { resolution, caller } = job;
  const undecided = { linkTo: null, distinctFrom: [], decidedBy: "", reason: "", suspects };
  if (resolution === null) return undecided;
  if (resolution.kind === "link") {
    return link(engine, resolution.personId, suspects, caller.name, "linked at enrolment");
  }
  if (resolution.kind === "distinct") {
    return distinct(engine, resolution.personIds, suspects, caller.name, resolution.reason);
  }
  const review = await decidedReview(engine, resolution.reviewId, job);
  const { decidedBy, reason } = review;
  if (review.decision === "LINK") {
    return link(engine, review.linkToPersonId, suspects, decidedBy, reason);
  }
  const named = review.suspects.map(({ personId }) => personId);
  return distinct(engine, named, suspects, decidedBy, reason);
}

/** Whoever else it looks like must be known to be another than the person linked to. */
async function link(
  engine: Engine,
  named: string,
  suspects: Scores,
  decidedBy: string,
  reason: string,
): Promise<Resolved> {
  const linkTo = await ownRow(engine, named);
  if (linkTo === null) throw notFound("person", named);
  const { personId } = linkTo;
  const pairs = suspects.size === 0 ? [] : await engine.store.listDistinct([personId]);
  const others = new Set([personId, ...pairs.flatMap(({ personIds }) => personIds)]);
  const left = new Map([...suspects].filter(([suspect]) => !others.has(suspect)));
  return { linkTo, distinctFrom: [], decidedBy, reason, suspects: left };
}

async function distinct(
  engine: Engine,
  named: readonly string[],
  suspects: Scores,
  decidedBy: string,
  reason: string,
): Promise<Resolved> {
  const rows = await Promise.all(named.map((personId) => ownRow(engine, personId)));
  // Somebody erased since the decision is no duplicate any more.
  const distinctFrom = [...new Set(rows.flatMap((row) => (row === null ? [] : [row.personId])))];
  const left = new Map([...suspects].filter(([suspect]) => !distinctFrom.includes(suspect)));
  return { linkTo: null, distinctFrom, decidedBy, reason, suspects: left };
}

/** A review decides about the one request that it was made of: this caller's, with this id. */
async function decidedReview(engine: Engine, reviewId: string, job: EnrolJob): Promise<Review> {
  const review = await engine.store.getReview(reviewId);
  if (review === null) throw notFound("review", reviewId);
  if (reviewId !== reviewIdOf(job)) {
    throw undecided(`The review "${reviewId}" is of another request than this caller's.`);
  }
  if (review.decision === "LINK" || review.decision === "DISTINCT") return review;
  throw undecided(
    review.decision === "DISMISS"
      ? `The review "${reviewId}" was decided: this enrolment is dismissed.`
      : `The review "${reviewId}" is open still. Decide it first (DuplicateService.ResolveReview).`,
  );
}

function undecided(message: string): CordonError {
  return new CordonError({ status: "FAILED_PRECONDITION", reason: "REVIEW_UNDECIDED", message });
}
