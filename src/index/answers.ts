import type { Candidate } from "./port.js";

/**
 * The candidates of some queries, one query's after another's, best first: as they cross from a
 * worker. Arrays of plain values: objects take the host's thread four times as long to receive.
 */
export interface PackedAnswers {
  /** Candidates of each query, 0 to 100. */
  readonly counts: Uint8Array;
  /** float32, as scores are. */
  readonly scores: Float32Array;
  readonly personIds: readonly string[];
  readonly templateIds: readonly string[];
}

/** Packs the answer to each query. */
export function packAnswers(answers: readonly (readonly Candidate[])[]): PackedAnswers {
  const all = answers.flat();
  return {
    counts: Uint8Array.from(answers, (candidates) => candidates.length),
    scores: Float32Array.from(all, ({ score }) => score),
    personIds: all.map(({ personId }) => personId),
    templateIds: all.map(({ templateId }) => templateId),
  };
}

/** One shard's answers, and how far they are used up. */
interface Source {
  readonly packed: PackedAnswers;
  next: number;
  end: number;
}

/**
 * The k best persons of each query from the k best of every shard. No person is in two shards.
 * @param count queries
 */
export function mergeAnswers(
  shards: readonly PackedAnswers[],
  count: number,
  k: number,
): Candidate[][] {
  const sources = shards.map((packed): Source => ({ packed, next: 0, end: 0 }));
  return Array.from({ length: count }, (_, query) => {
    for (const source of sources) {
      source.next = source.end;
      source.end += source.packed.counts[query] ?? 0;
    }
    const merged: Candidate[] = [];
    while (merged.length < k) {
      const best = bestOf(sources);
      if (best === null) break;
      merged.push(take(best));
    }
    return merged;
  });
}

function bestOf(sources: readonly Source[]): Source | null {
  let best: Source | null = null;
  for (const source of sources) {
    if (source.next === source.end) continue;
    if (best === null || isBefore(source, best)) best = source;
  }
  return best;
}

function isBefore(one: Source, other: Source): boolean {
  const score = one.packed.scores[one.next] as number;
  const otherScore = other.packed.scores[other.next] as number;
  if (score !== otherScore) return score > otherScore;
  return (
    (one.packed.personIds[one.next] as string) < (other.packed.personIds[other.next] as string)
  );
}

function take(source: Source): Candidate {
  const { packed, next } = source;
  source.next += 1;
  return {
    personId: packed.personIds[next] as string,
    templateId: packed.templateIds[next] as string,
    score: packed.scores[next] as number,
  };
}
