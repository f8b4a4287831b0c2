import { CordonError, notFound } from "../../base/errors.js";
import type { Review } from "../../store/decision-records.js";
import type { PersonRow } from "../../store/person-records.js";
import type { Engine } from "../engine.js";
import type { EnrolJob } from "./enrol-job.js";
import { reviewIdOf } from "./request-key.js";
import { personErased, requireEnrolled } from "./require-enrolled.js";
import type { Scores } from "./suspects.js";
import { keptParts, ownRow } from "./who.js";

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

/** The reviews of jobs that came with many, by id: one question for all of them. */
export async function reviewsOf(
  { store }: Pick<Engine, "store">,
  jobs: readonly EnrolJob[],
): Promise<ReadonlyMap<string, Review>> {
  const ids = jobs.flatMap((job) => (job.reviewed ? [reviewIdOf(job)] : []));
  const known = ids.filter((id) => id !== "");
  return known.length === 0 ? new Map() : store.getReviews(known);
}

/**
 * The same as `resolve`; the bulk path applies by itself what was decided in the review list
 * meanwhile, also where nobody is suspected any more: who was dismissed stays so.
 * @param reviews those of all jobs
 */
export async function resolveOrReview(
  engine: Engine,
  job: EnrolJob,
  suspects: Scores,
  reviews: ReadonlyMap<string, Review>,
): Promise<Resolved> {
  const reviewId = job.reviewed && job.resolution === null ? reviewIdOf(job) : "";
  const decision = reviews.get(reviewId)?.decision ?? "";
  if (decision === "") return resolve(engine, job, suspects);
  return resolve(engine, { ...job, resolution: { kind: "review", reviewId } }, suspects);
}

/**
 * Applies what the caller, or whoever decided the review, says about likely duplicates.
 * @throws CordonError NOT_FOUND, or FAILED_PRECONDITION REVIEW_UNDECIDED or PERSON_ERASED
 */
export async function resolve(engine: Engine, job: EnrolJob, suspects: Scores): Promise<Resolved> {
  const { resolution, caller } = job;
  const undecided = { linkTo: null, distinctFrom: [], decidedBy: "", reason: "", suspects };
  if (resolution === null) return undecided;
  if (resolution.kind === "link") {
    const linkTo = await requireEnrolled(engine, resolution.personId);
    return link(engine, linkTo, suspects, caller.name, "linked at enrolment");
  }
  if (resolution.kind === "distinct") {
    return distinct(engine, resolution.personIds, suspects, caller.name, resolution.reason);
  }
  const review = await decidedReview(engine, resolution.reviewId, job);
  const { decidedBy, reason } = review;
  if (review.decision === "LINK") {
    const linkTo = await enrolledTarget(engine, review);
    return link(engine, linkTo, suspects, decidedBy, reason);
  }
  const named = review.suspects.map(({ personId }) => personId);
  return distinct(engine, named, suspects, decidedBy, reason);
}

/**
 * Whom a review links to. When that person was erased, this one was too: what was sent before is
 * not enrolled again by itself, just as a request id that was used.
 */
async function enrolledTarget(
  engine: Engine,
  { reviewId, linkToPersonId }: Review,
): Promise<PersonRow> {
  const own = linkToPersonId === "" ? null : await ownRow(engine, linkToPersonId);
  if (own !== null && (await keptParts(engine, own)).length > 0) return own;
  throw personErased(
    `The review "${reviewId}" was decided: this is a person who was erased since, or whose ` +
      "retention deadline has passed. To enrol them once more, on a new lawful basis, choose " +
      "another request id.",
    "",
  );
}

/** Whoever else it looks like must be known to be another than the person linked to. */
async function link(
  engine: Engine,
  linkTo: PersonRow,
  suspects: Scores,
  decidedBy: string,
  reason: string,
): Promise<Resolved> {
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
