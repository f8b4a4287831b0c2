import { duplicateThresholdFor } from "../../decision/thresholds.js";
import { rosterId } from "../../index/port.js";
import type { Suspect } from "../../store/decision-records.js";
import type { Engine } from "../engine.js";
import { coarseScore } from "../score.js";
import type { EnrolJob } from "./enrol-job.js";
import { headOf, isDue } from "./who.js";

/** Persons looked at for each face: as many lookalikes as anybody plausibly has. */
export const SUSPECTS_MAX = 16;
/** Faces in one search. */
const QUERIES_MAX = 1_024;

/** Who a job may be the same as, by exact score. */
export type Scores = ReadonlyMap<string, number>;

/** A template that a face looks like, by exact score. */
export interface Near {
  readonly templateId: string;
  readonly score: number;
}

/**
 * For each job the templates that its faces look like with a score of `threshold` or more: every
 * template of everybody is compared, in whatever gallery.
 */
export async function findNear(
  engine: Pick<Engine, "index">,
  jobs: readonly EnrolJob[],
  threshold: number,
): Promise<ReadonlyMap<EnrolJob, readonly Near[]>> {
  const wanted = { k: SUSPECTS_MAX, atLeast: threshold };
  const faces = jobs.flatMap((job) => job.faces.map(({ embedding }) => ({ job, embedding })));
  const near = new Map<EnrolJob, Near[]>(jobs.map((job) => [job, []]));
  for (let at = 0; at < faces.length; at += QUERIES_MAX) {
    const some = faces.slice(at, at + QUERIES_MAX);
    const permits = some.map(({ job }) => job.permit);
    const queries = some.map(({ embedding }) => embedding);
    const found = await engine.index.searchRoster(permits, queries, wanted);
    for (const [i, { job }] of some.entries()) {
      for (const { templateId, score } of found[i] ?? [])
        near.get(job)?.push({ templateId, score });
    }
  }
  return near;
}

/** For each job whose those templates are. Persons past their retention deadline do not count. */
export async function suspectsOf(
  engine: Engine,
  near: readonly (readonly Near[])[],
): Promise<readonly Scores[]> {
  const owners = await ownersOf(engine, near.flat());
  return near.map((templates) => {
    const scores = new Map<string, number>();
    for (const { templateId, score } of templates) {
      const personId = owners.get(templateId);
      if (personId !== undefined) raise(scores, personId, score);
    }
    return scores;
  });
}

/** Cosine from which on a face is suspected to be of somebody enrolled. */
export function duplicateThreshold(engine: Pick<Engine, "policy" | "index">): number {
  return duplicateThresholdFor(engine.policy, engine.index.stats(rosterId)?.persons ?? 0);
}

/** The person of each template that still counts, by template id. */
async function ownersOf(
  engine: Engine,
  candidates: readonly { readonly templateId: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (candidates.length === 0) return new Map();
  const nowMs = engine.clock.nowMs();
  const owners = await engine.store.listOwners(candidates.map(({ templateId }) => templateId));
  const alive = [...owners].filter(([, row]) => !isDue(row, nowMs));
  return new Map(alive.map(([templateId, row]) => [templateId, headOf(row)]));
}

export function raise(scores: Map<string, number> | undefined, personId: string, score: number) {
  if (score > (scores?.get(personId) ?? -1)) scores?.set(personId, score);
}

/** The best of them, as callers see them: scores to two decimals. */
export function shown(scores: Scores): readonly Suspect[] {
  return [...scores]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SUSPECTS_MAX)
    .map(([personId, score]) => ({ personId, score: coarseScore(score) }));
}
