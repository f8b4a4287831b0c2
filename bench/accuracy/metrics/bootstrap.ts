import type { Random } from "../../random.js";
import { hitScore, type MatedSearch, type NonMatedSearch } from "./identification.js";
import { type Interval, percentileInterval } from "./interval.js";
import { allowedErrors, nextUp } from "./threshold.js";

/** Scores of one person after another, highest first, each with its person's number. */
interface RankedScores {
  readonly scores: Float64Array;
  readonly people: Int32Array;
  readonly peopleCount: number;
}

/**
 * 95 % intervals of FNIR at several FPIR targets, by the bootstrap. Each replicate draws people
 * with replacement, mated and non-mated apart, and all probes of a person come together (they are
 * not independent); then it finds the threshold anew, so the interval holds the threshold's own
 * uncertainty, which dominates at a low FPIR (Bolle, Ratha and Pankanti, CVIU 93, 2004, for the
 * subsets bootstrap).
 *
 * @param replicates number of resamplings, 1 or more
 * @returns one interval for each target, in order; null without probes of either kind
 */
export function bootstrapFnir(
  mated: readonly MatedSearch[],
  nonMated: readonly NonMatedSearch[],
  fpirs: readonly number[],
  replicates: number,
  random: Random,
): (Interval | null)[] {
  if (mated.length === 0 || nonMated.length === 0) return fpirs.map(() => null);
  const hits = rank(mated.map((search) => [search.identity, hitScore(search)]));
  const tops = rank(nonMated.map((search) => [search.identity, search.topScore]));
  const values = fpirs.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const hitWeights = drawPeople(hits.peopleCount, random);
    const topWeights = drawPeople(tops.peopleCount, random);
    const thresholds = weightedThresholds(tops, topWeights, fpirs);
    const misses = weightedMisses(hits, hitWeights, thresholds);
    for (const [index, miss] of misses.entries()) {
      const column = values[index];
      if (column !== undefined) column[replicate] = miss;
    }
  }
  return values.map(percentileInterval);
}

function rank(entries: [identity: string, score: number][]): RankedScores {
  const numbers = new Map<string, number>();
  const sorted = entries.sort(([, left], [, right]) => Number(right > left) - Number(right < left));
  const people = new Int32Array(sorted.length);
  for (const [index, [identity]] of sorted.entries()) {
    const known = numbers.get(identity) ?? numbers.size;
    numbers.set(identity, known);
    people[index] = known;
  }
  const scores = Float64Array.from(sorted, (entry) => entry[1]);
  return { scores, people, peopleCount: numbers.size };
}

/** How often each person is drawn when as many are drawn, with replacement, as there are. */
function drawPeople(count: number, random: Random): Int32Array {
  const weights = new Int32Array(count);
  for (let draw = 0; draw < count; draw++) {
    const person = random.below(count);
    weights[person] = (weights[person] ?? 0) + 1;
  }
  return weights;
}

function totalWeight(ranked: RankedScores, weights: Int32Array): number {
  let total = 0;
  for (const person of ranked.people) total += weights[person] ?? 0;
  return total;
}

/** `thresholdAtRate` for weighted scores, for several rates at once. */
function weightedThresholds(
  ranked: RankedScores,
  weights: Int32Array,
  rates: readonly number[],
): number[] {
  const total = totalWeight(ranked, weights);
  const order = rates.map((_, index) => index).sort((a, b) => (rates[a] ?? 0) - (rates[b] ?? 0));
  const thresholds = rates.map(() => -Number.MAX_VALUE);
  let position = 0;
  let seen = 0;
  for (const index of order) {
    const allowed = allowedErrors(rates[index] ?? 0, total);
    while (position < ranked.scores.length) {
      const weight = weights[ranked.people[position] ?? 0] ?? 0;
      if (seen + weight > allowed) break;
      seen += weight;
      position++;
    }
    const highestRejected = ranked.scores[position];
    if (highestRejected !== undefined) thresholds[index] = nextUp(highestRejected);
  }
  return thresholds;
}

/** Share of the weight whose score lies below each threshold. */
function weightedMisses(
  ranked: RankedScores,
  weights: Int32Array,
  thresholds: readonly number[],
): number[] {
  const total = totalWeight(ranked, weights);
  return thresholds.map((threshold) => {
    let hits = 0;
    for (let index = 0; index < ranked.scores.length; index++) {
      if ((ranked.scores[index] ?? 0) < threshold) break;
      hits += weights[ranked.people[index] ?? 0] ?? 0;
    }
    return 1 - hits / total;
  });
}
