import type { Engine } from "../engine.js";
import type { EnrolJob } from "./enrol-job.js";

/** A job of the same run that comes before, and the cosine of the two faces. */
export interface Alike {
  readonly earlier: EnrolJob;
  readonly score: number;
}

/** For each job of a run that looks like one before it: which, by exact score. */
export async function findAlike(
  engine: Pick<Engine, "index">,
  jobs: readonly EnrolJob[],
  threshold: number,
): Promise<ReadonlyMap<EnrolJob, readonly Alike[]>> {
  const owners = jobs.flatMap((job) => job.faces.map(() => job));
  const found = new Map<EnrolJob, Alike[]>();
  if (owners.length < 2) return found;
  const permits = owners.map(({ permit }) => permit);
  const vectors = jobs.flatMap(({ faces }) => faces.map(({ embedding }) => embedding));
  const { positions, scores } = await engine.index.compare(permits, vectors, threshold);
  for (const [at, score] of scores.entries()) {
    const earlier = owners[positions[2 * at] as number] as EnrolJob;
    const later = owners[positions[2 * at + 1] as number] as EnrolJob;
    // The pictures of one person are meant to be alike.
    if (earlier === later) continue;
    const list = found.get(later);
    if (list === undefined) found.set(later, [{ earlier, score }]);
    else list.push({ earlier, score });
  }
  return found;
}
