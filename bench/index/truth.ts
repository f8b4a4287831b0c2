import type { ProbeKind } from "../gallery/draw.js";
import type { BenchFiles } from "./files.js";
import { partsOf, runThreads } from "./thread-crew.js";

/** The true nearest row of every probe, by comparing it with every row in floating point. */
export interface Truth {
  readonly rows: readonly number[];
  /** Cosine with that row. */
  readonly scores: readonly number[];
}

/** What one thread compares: all probes with some rows. */
export interface TruthWork {
  readonly galleryFile: string;
  readonly probesFile: string;
  readonly persons: number;
  readonly probes: number;
  readonly dimension: number;
  readonly from: number;
  readonly count: number;
}

export async function findTruth(
  files: Pick<BenchFiles, "galleryFile" | "probesFile">,
  options: {
    readonly persons: number;
    readonly probes: number;
    readonly dimension: number;
    readonly threads: number;
  },
  signal: AbortSignal,
): Promise<Truth> {
  const { galleryFile, probesFile } = files;
  const { persons, probes, dimension } = options;
  const work: TruthWork[] = partsOf(persons, options.threads).map((part) => ({
    ...{ galleryFile, probesFile, persons, probes, dimension, ...part },
  }));
  const parts = await runThreads<Truth>(import.meta.url, "truth-worker.js", work, signal);
  return mergeTruths(parts);
}

/** The best of the parts, for each probe. */
export function mergeTruths(parts: readonly Truth[]): Truth {
  const rows = [...(parts[0]?.rows ?? [])];
  const scores = [...(parts[0]?.scores ?? [])];
  for (const part of parts.slice(1)) {
    for (const [probe, score] of part.scores.entries()) {
      if (score <= (scores[probe] ?? Number.NEGATIVE_INFINITY)) continue;
      scores[probe] = score;
      rows[probe] = part.rows[probe] ?? -1;
    }
  }
  return { rows, scores };
}

/** Share of probes whose true nearest row was found. */
export interface Recall {
  readonly all: number;
  readonly mated: number;
  readonly nonMated: number;
}

export function recallOf(
  found: readonly number[],
  truth: Truth,
  kinds: readonly ProbeKind[],
): Recall {
  const share = (kind: ProbeKind | null) => {
    const asked = truth.rows.flatMap((row, at) =>
      kind === null || kinds[at] === kind ? [row === found[at]] : [],
    );
    return asked.filter(Boolean).length / asked.length;
  };
  return { all: share(null), mated: share("mated"), nonMated: share("non-mated") };
}
