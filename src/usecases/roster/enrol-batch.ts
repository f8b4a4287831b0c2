import { type BatchOutcome, createBatchLane, type RunLimits } from "../../base/batch-lane.js";
import { abortError, CordonError, notFound } from "../../base/errors.js";
import { newId } from "../../base/ids.js";
import { requirePermit } from "../../base/permit.js";
import { rosterId } from "../../index/port.js";
import type { InsertOutcome, NewPerson } from "../../store/store.js";
import { actorOf, type Engine } from "../engine.js";
import { countChange } from "../filing/count-change.js";
import type { EnrolJob, Enrolled } from "./enrol-job.js";
import { addToIndex } from "./index-entries.js";
import { removeGone } from "./keep-in-step.js";
import { suspectRefused } from "./refuse.js";
import { replay } from "./replay.js";
import { type Resolved, resolveOrReview, reviewsOf } from "./resolve.js";
import { completeSearch, type EarlySearch, searchEarly, searchRun } from "./run-search.js";
import { type Sealed, seal } from "./seal.js";
import { duplicateThreshold, type Near, raise, suspectsOf } from "./suspects.js";
import { headOf } from "./who.js";

type Outcome = BatchOutcome<Enrolled>;

/** Faces in one run, and so in one commit, at most. */
const RUN_FACES_MAX = 512;
/** Fewer would wait for the disk more than for the search, however many are enrolled. */
const RUN_FACES_MIN = 64;
/** Comparisons of a face and a template in one run, about 50 ms: an erasure waits for a run. */
const RUN_COMPARISONS_MAX = 10_000_000;

/** What one run takes: the more are enrolled, the fewer. */
export function enrolmentLimits({ index }: Pick<Engine, "index">): RunLimits<EnrolJob> {
  const facesMax = () => {
    const templates = index.stats(rosterId)?.templates ?? 0;
    const fitting = Math.floor(RUN_COMPARISONS_MAX / Math.max(1, templates));
    return Math.min(RUN_FACES_MAX, Math.max(RUN_FACES_MIN, fitting));
  };
  return {
    jobsMax: RUN_FACES_MAX,
    get weightMax() {
      return facesMax();
    },
    weightOf: ({ faces }) => faces.length,
  };
}

/** Everything that changes who is enrolled: one run after another. */
export function createRoster(engine: () => Engine, limits: RunLimits<EnrolJob>): Engine["roster"] {
  return createBatchLane(
    (jobs, early: EarlySearch | null) => enrolBatch(engine(), jobs, early),
    limits,
    (jobs, before) => searchEarly(engine(), jobs, before),
  );
}

/**
 * Enrols those who wait, in order, each whole or not at all: request ids, duplicates (among those
 * enrolled, and among themselves), sealing, one commit, the index. Their records are on the way
 * when it resolves (`Enrolled.recorded`).
 */
export async function enrolBatch(
  engine: Engine,
  jobs: readonly EnrolJob[],
  early: EarlySearch | null = null,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<EnrolJob, Outcome>();
  const fresh = await withoutKnown(engine, jobs, outcomes);
  const decided = await withoutDuplicates(engine, fresh, early, outcomes);
  const kept = await keep(engine, decided, outcomes);
  for (const sealed of kept) outcomes.set(sealed.job, enrolled(engine, sealed));
  await repeatTwins(engine, jobs, fresh, outcomes);
  return jobs.map((job) => outcomes.get(job) ?? failed(new Error("an enrolment got lost")));
}

/** The jobs whose request id is new. Those that came before get the answer they had. */
async function withoutKnown(
  engine: Engine,
  jobs: readonly EnrolJob[],
  outcomes: Map<EnrolJob, Outcome>,
): Promise<readonly EnrolJob[]> {
  const keys = jobs.flatMap(({ requestKey }) => (requestKey === null ? [] : [requestKey]));
  const known = keys.length === 0 ? new Map() : await engine.store.findRequests(keys);
  const fresh: EnrolJob[] = [];
  const taken = new Set<string>();
  for (const job of jobs) {
    const key = keyOf(job);
    const before = known.get(key);
    const fault = job.signal.aborted ? abortError(job.signal) : expired(engine, job);
    if (fault !== null) outcomes.set(job, failed(fault));
    else if (before !== undefined) outcomes.set(job, await attempt(replay(engine, job, before)));
    else if (key === "" || !taken.has(key)) {
      fresh.push(job);
      taken.add(key);
    }
  }
  return fresh;
}

/** One that waited too long must not take the others' search along. */
function expired({ clock }: Pick<Engine, "clock">, { permit }: EnrolJob): unknown {
  try {
    requirePermit(permit, clock.nowMs());
    return null;
  } catch (error) {
    return error;
  }
}

/** Two jobs of one run with one request id: the second gets the answer of the first. */
async function repeatTwins(
  engine: Engine,
  jobs: readonly EnrolJob[],
  fresh: readonly EnrolJob[],
  outcomes: Map<EnrolJob, Outcome>,
): Promise<void> {
  for (const job of jobs) {
    if (outcomes.has(job)) continue;
    const first = fresh.find((other) => keyOf(other) === keyOf(job));
    const outcome = first === undefined ? undefined : outcomes.get(first);
    if (outcome === undefined) continue;
    if (!outcome.ok) outcomes.set(job, outcome);
    else {
      const before = { personId: outcome.value.rowId, erased: false };
      outcomes.set(job, await attempt(replay(engine, job, before)));
    }
  }
}

function keyOf({ requestKey }: EnrolJob): string {
  return requestKey === null ? "" : Buffer.from(requestKey).toString("hex");
}

interface Decided {
  readonly job: EnrolJob;
  readonly personId: string;
  readonly resolved: Resolved;
}

/** The jobs that are nobody enrolled, and nobody of this run, or of whom it was decided. */
async function withoutDuplicates(
  engine: Engine,
  jobs: readonly EnrolJob[],
  early: EarlySearch | null,
  outcomes: Map<EnrolJob, Outcome>,
): Promise<readonly Decided[]> {
  if (jobs.length === 0) return [];
  const begun = early === null ? null : await completeSearch(engine, jobs, early);
  const { near, alike } = begun ?? (await searchRun(engine, jobs, null));
  const reviews = await reviewsOf(engine, jobs);
  const threshold = duplicateThreshold(engine);
  const reached = ({ score }: Near) => score >= threshold;
  const found = await suspectsOf(
    engine,
    jobs.map((job) => (near.get(job) ?? []).filter(reached)),
  );
  const accepted = new Map<EnrolJob, string>();
  const decided: Decided[] = [];
  for (const [at, job] of jobs.entries()) {
    const scores = new Map(found[at]);
    for (const { earlier, score } of alike.get(job) ?? []) {
      const personId = accepted.get(earlier);
      if (personId !== undefined && score >= threshold) raise(scores, personId, score);
    }
    try {
      const resolved = await resolveOrReview(engine, job, scores, reviews);
      if (resolved.suspects.size === 0) {
        const one = { job, personId: newId(), resolved };
        decided.push(one);
        accepted.set(job, resolved.linkTo?.personId ?? one.personId);
      } else outcomes.set(job, failed(await suspectRefused(engine, job, resolved.suspects)));
    } catch (error) {
      outcomes.set(job, failed(error));
    }
  }
  return decided;
}

/** Seals, stores and indexes. What the store took and the index did not is taken back. */
async function keep(
  engine: Engine,
  decided: readonly Decided[],
  outcomes: Map<EnrolJob, Outcome>,
): Promise<readonly Sealed[]> {
  if (decided.length === 0) return [];
  const sealed = decided.map((one) => seal(engine, one));
  const inserted = await engine.store.insertPersons(sealed.map(({ row }) => row));
  const kept: Sealed[] = [];
  for (const [at, one] of sealed.entries()) {
    const problem = insertProblem(inserted[at], one.row);
    if (problem === null) kept.push(one);
    else outcomes.set(one.job, failed(problem));
  }
  try {
    await addToIndex(engine, kept);
    return kept;
  } catch (error) {
    await takeBack(engine, kept);
    for (const { job } of kept) outcomes.set(job, failed(error));
    return [];
  }
}

async function takeBack(engine: Engine, kept: readonly Sealed[]): Promise<void> {
  const byGallery = new Map<string, string[]>();
  for (const { row } of kept) {
    for (const galleryId of [rosterId, ...row.person.galleryIds]) {
      const ids = byGallery.get(galleryId) ?? [];
      ids.push(...row.templates.map(({ templateId }) => templateId));
      byGallery.set(galleryId, ids);
    }
  }
  await removeGone(engine, byGallery);
  await engine.store.discardPersons(kept.map(({ row }) => row.person.personId));
  // A gallery that was filled again meanwhile may have read them before.
  await removeGone(engine, byGallery);
}

function insertProblem(outcome: InsertOutcome | undefined, { person }: NewPerson) {
  if (outcome?.kind === "inserted") return null;
  if (outcome?.kind === "gallery-absent") return notFound("gallery", outcome.galleryId);
  if (outcome?.kind === "root-absent") return notFound("person", person.mergedInto ?? "");
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "REQUEST_ID_REUSED",
    message: "This request id was used before. Send the same enrolment, or choose another id.",
  });
}

function enrolled(engine: Engine, { job, row, faces, resolved }: Sealed): Outcome {
  const { person, merge } = row;
  const personId = headOf(person);
  const recorded = engine.audit.append({
    act: "enrol",
    actor: actorOf(job.caller),
    // In the order of the canonical form, which saves sorting them.
    details: {
      basis: job.lawfulBasis.kind,
      decidedBy: resolved.decidedBy,
      decision: resolved.reason,
      distinctFrom: [...resolved.distinctFrom],
      galleryIds: [...job.galleryIds],
      mergeId: merge?.mergeId ?? "",
      outcome: "ENROLLED",
      personId,
      purpose: job.purpose,
      requestId: job.requestId,
      retentionDeadlineMs: job.retentionDeadlineMs,
      rowId: person.personId,
      templates: faces.length,
    },
  });
  engine.marker.note(recorded);
  const crossed = countChange(engine, merge === null ? 1 : 0, faces.length, person.createdAtMs);
  const templates = faces.map(({ templateId, face: { box, quality } }) => ({
    ...{ templateId, box, quality },
  }));
  const mergeId = merge?.mergeId ?? "";
  const onRecord = crossed === null ? recorded : Promise.all([recorded, crossed]);
  // Waited for when the whole run is done; until then nobody hears of a failure.
  onRecord.catch(() => undefined);
  return {
    ok: true,
    value: {
      ...{ personId, rowId: person.personId, templates, already: false, mergeId },
      recorded: onRecord,
    },
  };
}

function failed(error: unknown): Outcome {
  return { ok: false, error };
}

async function attempt(work: Promise<Enrolled>): Promise<Outcome> {
  return work.then(
    (value): Outcome => ({ ok: true, value }),
    (error: unknown) => failed(error),
  );
}
