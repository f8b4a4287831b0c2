import type { Engine } from "../engine.js";
import type { EnrolJob } from "./enrol-job.js";

/** A face of a job that comes before, and its cosine with one of this job's. */
export interface Alike {
  readonly earlier: EnrolJob;
  /** Position among the faces of `earlier`. */
  readonly face: number;
  readonly score: number;
}

/**
 * For each of these jobs the faces of jobs before it that it looks like, by exact score: of its own
 * run, and of the run before.
 */
export async function findAlike(
  engine: Pick<Engine, "index">,
  jobs: readonly EnrolJob[],
  before: readonly EnrolJob[],
  threshold: number,
): Promise<ReadonlyMap<EnrolJob, readonly Alike[]>> {
  const all = [...before, ...jobs].flatMap((job) => job.faces.map((_, face) => ({ job, face })));
  const from = before.reduce((sum, { faces }) => sum + faces.length, 0);
  const found = new Map<EnrolJob, Alike[]>();
  if (all.length < 2) return found;
  const permits = all.map(({ job }) => job.permit);
  const vectors = [...before, ...jobs].flatMap(({ faces }) => faces.map((face) => face.embedding));
  // All before the first await: the faces of the run before are zeroed when it is over.
  const { positions, scores } = await engine.index.compare(permits, vectors, threshold, from);
  for (const [at, score] of scores.entries()) {
    const first = all[positions[2 * at] as number];
    const second = all[positions[2 * at + 1] as number];
    // The pictures of one person are meant to be alike.
    if (first === undefined || second === undefined || first.job === second.job) continue;
    const alike = { earlier: first.job, face: first.face, score };
    const list = found.get(second.job);
    if (list === undefined) found.set(second.job, [alike]);
    else list.push(alike);
  }
  return found;
}
