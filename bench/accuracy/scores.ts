import type { OpenSetEntry, Pair } from "./lists.js";
import { ScoreHistogram } from "./metrics/histogram.js";
import type { MatedSearch, NonMatedSearch } from "./metrics/identification.js";
import type { PairScore } from "./metrics/verification.js";

/** Unit vector of the face of an image; null when no face was acquired. */
export type Embedding = Float32Array | null;
export type Embeddings = ReadonlyMap<string, Embedding>;

const NO_SCORE = Number.NEGATIVE_INFINITY;

/** Cosine of two unit vectors, summed in double precision; -Infinity when either is missing. */
export function cosine(left: Embedding, right: Embedding): number {
  if (left === null || right === null) return NO_SCORE;
  if (left.length !== right.length) {
    throw new RangeError(`vectors of ${left.length} and ${right.length} cannot be compared`);
  }
  let sum = 0;
  for (let index = 0; index < left.length; index++) {
    sum += (left[index] ?? 0) * (right[index] ?? 0);
  }
  return sum;
}

export function scorePairs(pairs: readonly Pair[], embeddings: Embeddings): PairScore[] {
  return pairs.map(({ a, b, same, fold }) => {
    const score = cosine(embeddingOf(embeddings, a), embeddingOf(embeddings, b));
    return fold === undefined ? { score, same } : { score, same, fold };
  });
}

/** A mated search with what a person needs to look into it. */
export interface MatedResult extends MatedSearch {
  readonly path: string;
  /** The gallery identity with `otherScore`. */
  readonly otherIdentity: string;
}

export interface NonMatedResult extends NonMatedSearch {
  readonly path: string;
  readonly topIdentity: string;
}

export interface OpenSetScores {
  readonly mated: readonly MatedResult[];
  readonly nonMated: readonly NonMatedResult[];
  /** Every gallery image against every non-mated probe. */
  readonly impostors: ScoreHistogram;
}

/** Searches every probe in the whole gallery, exactly. A person's score is that of the best image. */
export function scoreOpenSet(
  entries: readonly OpenSetEntry[],
  embeddings: Embeddings,
): OpenSetScores {
  const gallery = entries.filter((entry) => entry.role === "gallery");
  const templates = gallery.map((entry) => ({
    identity: entry.identity,
    embedding: embeddingOf(embeddings, entry.path),
  }));
  const impostors = new ScoreHistogram();
  const mated: MatedResult[] = [];
  const nonMated: NonMatedResult[] = [];
  for (const { role, identity, path } of entries) {
    if (role === "gallery") continue;
    const probe = embeddingOf(embeddings, path);
    let mateScore = NO_SCORE;
    let otherScore = NO_SCORE;
    let otherIdentity = "";
    for (const template of templates) {
      const score = cosine(probe, template.embedding);
      if (role === "nonmated") impostors.add(score);
      if (template.identity === identity) mateScore = Math.max(mateScore, score);
      else if (score > otherScore) [otherScore, otherIdentity] = [score, template.identity];
    }
    if (role === "mated") mated.push({ identity, path, mateScore, otherScore, otherIdentity });
    else nonMated.push({ identity, path, topScore: otherScore, topIdentity: otherIdentity });
  }
  return { mated, nonMated, impostors };
}

function embeddingOf(embeddings: Embeddings, path: string): Embedding {
  const embedding = embeddings.get(path);
  if (embedding === undefined) throw new RangeError(`${path} was not embedded`);
  return embedding;
}
