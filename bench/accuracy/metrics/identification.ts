import { type Interval, wilsonInterval } from "./interval.js";
import { countAtOrAbove, sortDescending, thresholdAtRate } from "./threshold.js";

/**
 * Open-set identification after ISO/IEC 19795-1 and NIST FRTE 1:N. A probe in which no face is
 * found is a search that returns nothing: a miss when its person is enrolled, no false positive
 * when not. A person whose gallery image gave no face is missed by every probe.
 */
export interface MatedSearch {
  readonly identity: string;
  /** Best score of the probe's own person; -Infinity without one. */
  readonly mateScore: number;
  /** Best score of anybody else in the gallery. */
  readonly otherScore: number;
}

export interface NonMatedSearch {
  readonly identity: string;
  /** Best score of anybody in the gallery; -Infinity without a face. */
  readonly topScore: number;
}

/** True when the right person is first. A tie with a wrong one is a miss. */
export function isRankOne(search: MatedSearch): boolean {
  return search.mateScore > search.otherScore;
}

/** What counts in FNIR: the mate's score when it is first, else -Infinity (never a hit). */
export function hitScore(search: MatedSearch): number {
  return isRankOne(search) ? search.mateScore : Number.NEGATIVE_INFINITY;
}

export interface Proportion {
  readonly events: number;
  readonly trials: number;
  /** NaN without trials. */
  readonly rate: number;
  /** Wilson, 95 %. */
  readonly interval: Interval | null;
}

export function proportion(events: number, trials: number): Proportion {
  return { events, trials, rate: events / trials, interval: wilsonInterval(events, trials) };
}

/** Share of mated searches whose person is not first, whatever the score. */
export function rankOneMiss(mated: readonly MatedSearch[]): Proportion {
  return proportion(mated.filter((search) => !isRankOne(search)).length, mated.length);
}

export interface OperatingPoint {
  /** The false positive identification rate asked for. */
  readonly fpir: number;
  readonly threshold: number;
  readonly falsePositives: Proportion;
  /** FNIR at rank 1 and this threshold: not first, or below it. Wilson holds it fixed. */
  readonly falseNegatives: Proportion;
}

/** FNIR at the lowest threshold whose FPIR is at most the one asked for; null without probes. */
export function operatingPoint(
  mated: readonly MatedSearch[],
  nonMated: readonly NonMatedSearch[],
  fpir: number,
): OperatingPoint | null {
  const tops = sortDescending(nonMated.map((search) => search.topScore));
  const limit = thresholdAtRate(tops, fpir);
  if (limit === null || mated.length === 0) return null;
  const hits = countAtOrAbove(sortDescending(mated.map(hitScore)), limit.threshold);
  return {
    fpir,
    threshold: limit.threshold,
    falsePositives: proportion(limit.accepted, tops.length),
    falseNegatives: proportion(mated.length - hits, mated.length),
  };
}

export interface DetPoint {
  readonly fpir: number;
  readonly fnir: number;
  readonly threshold: number;
}

/**
 * The detection error trade-off: one point for each FPIR that the non-mated probes can show, from
 * none accepted to all.
 */
export function detCurve(
  mated: readonly MatedSearch[],
  nonMated: readonly NonMatedSearch[],
): DetPoint[] {
  if (mated.length === 0 || nonMated.length === 0) return [];
  const hits = sortDescending(mated.map(hitScore));
  const tops = sortDescending(nonMated.map((search) => search.topScore));
  const points: DetPoint[] = [];
  let last = -1;
  for (let allowed = 0; allowed <= tops.length; allowed++) {
    const limit = thresholdAtRate(tops, allowed / tops.length);
    if (limit === null || limit.accepted === last) continue;
    last = limit.accepted;
    const fnir = 1 - countAtOrAbove(hits, limit.threshold) / hits.length;
    points.push({ fpir: limit.accepted / tops.length, fnir, threshold: limit.threshold });
  }
  return points;
}
