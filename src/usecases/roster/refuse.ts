import type { Engine } from "../engine.js";
import { actorOf } from "../engine.js";
import { DuplicateSuspected, type EnrolJob } from "./enrol-job.js";
import { reviewIdOf } from "./request-key.js";
import { type Scores, shown } from "./suspects.js";

/** Puts a likely duplicate on record, and into the review list when its caller wants that. */
export async function suspectRefused(
  engine: Engine,
  job: EnrolJob,
  scores: Scores,
): Promise<DuplicateSuspected> {
  const suspects = shown(scores);
  const reviewId = job.reviewed ? await review(engine, job, scores) : "";
  const recorded = engine.audit.append({
    act: "enrol",
    actor: actorOf(job.caller),
    details: {
      outcome: "REFUSED",
      reasons: ["DUPLICATE_SUSPECTED"],
      galleryIds: [...job.galleryIds],
      requestId: job.requestId,
      suspects: suspects.map(({ personId, score }) => ({ personId, score })),
      reviewId,
    },
  });
  // Waited for when the whole run is done; until then nobody hears of a failure.
  recorded.catch(() => undefined);
  engine.metrics.refusals.inc({ act: "enrol", reason: "DUPLICATE_SUSPECTED" });
  return new DuplicateSuspected(suspects, reviewId, recorded);
}

/**
 * One review for each request id, however often it is sent. What was decided stays decided, until
 * somebody whom the decision does not speak of is a likely duplicate, too: then it is open again.
 */
async function review(engine: Engine, job: EnrolJob, scores: Scores): Promise<string> {
  const reviewId = reviewIdOf(job);
  if (reviewId === "") return "";
  const known = await engine.store.getReview(reviewId);
  if (known?.decision === "DISMISS") return reviewId;
  const earlier = (known?.suspects ?? []).map(({ personId, score }) => [personId, score] as const);
  await engine.store.putReview({
    reviewId,
    requestId: job.requestId,
    galleryIds: job.galleryIds,
    // Those of the last decision too: the next one speaks of them all.
    suspects: shown(new Map([...earlier, ...scores])),
    createdAtMs: known?.createdAtMs ?? engine.clock.nowMs(),
    decision: "",
    linkToPersonId: "",
    reason: "",
    decidedBy: "",
    decidedAtMs: null,
  });
  return reviewId;
}
