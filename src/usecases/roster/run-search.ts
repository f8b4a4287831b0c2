import type { RunUnderWay } from "../../base/batch-lane.js";
import type { Engine } from "../engine.js";
import { type Alike, findAlike } from "./alike.js";
import type { EnrolJob, Enrolled } from "./enrol-job.js";
import { duplicateThreshold, findNear, type Near } from "./suspects.js";

/** What the jobs of a run look like, before it is known who of them is enrolled. */
export interface RunSearch {
  /** Least score of what was searched for. */
  readonly threshold: number;
  /** Templates that were enrolled already. */
  readonly near: ReadonlyMap<EnrolJob, readonly Near[]>;
  /** Faces of jobs before, in this run and in the one before it. */
  readonly alike: ReadonlyMap<EnrolJob, readonly Alike[]>;
}

type RunBefore = RunUnderWay<EnrolJob, Enrolled>;

/**
 * Searches for the jobs of a run among all who are enrolled, and among themselves.
 * @param before the run that is still under way, whose persons may not be enrolled yet
 */
export async function searchRun(
  engine: Pick<Engine, "index" | "policy">,
  jobs: readonly EnrolJob[],
  before: RunBefore | null,
): Promise<RunSearch> {
  const threshold = duplicateThreshold(engine);
  const [alike, near] = await Promise.all([
    findAlike(engine, jobs, before?.jobs ?? [], threshold),
    findNear(engine, jobs, threshold),
  ]);
  return { threshold, near, alike };
}

/** A search that was begun while the run before was under way. */
export interface EarlySearch {
  /** Null when it failed: then it is made again, in the run's own time. */
  readonly found: Promise<RunSearch | null>;
  readonly before: RunBefore;
}

/**
 * Begins the search for the next run while one is under way: the one keeps the index busy, the
 * other the store. The faces of that run are compared, too; who of them is enrolled is asked later,
 * by `completeSearch`.
 */
export function searchEarly(
  engine: Pick<Engine, "index" | "policy">,
  jobs: readonly EnrolJob[],
  before: RunBefore,
): EarlySearch {
  return { found: searchRun(engine, jobs, before).catch(() => null), before };
}

/** The same when its time has come: null when it does not answer for all of these jobs. */
export async function completeSearch(
  engine: Pick<Engine, "index" | "policy">,
  jobs: readonly EnrolJob[],
  { found, before }: EarlySearch,
): Promise<RunSearch | null> {
  const search = await found;
  if (search === null || search.threshold > duplicateThreshold(engine)) return null;
  if (jobs.some((job) => !search.near.has(job))) return null;
  const outcomes = await before.outcomes;
  const earlier = new Map(before.jobs.map((job, at) => [job, outcomes[at]]));
  const near = new Map(search.near);
  for (const job of jobs) {
    const more = (search.alike.get(job) ?? []).flatMap((alike): Near[] => {
      const outcome = earlier.get(alike.earlier);
      if (!outcome?.ok || outcome.value.already) return [];
      const template = outcome.value.templates[alike.face];
      if (template === undefined) return [];
      return [{ templateId: template.templateId, score: alike.score }];
    });
    if (more.length > 0) near.set(job, [...(near.get(job) ?? []), ...more]);
  }
  return { ...search, near };
}
