import { allowedErrors, countAtOrAbove, sortDescending, thresholdAtRate } from "./threshold.js";

/** One comparison of two images: -Infinity when a face was not found in either. */
export interface PairScore {
  readonly score: number;
  readonly same: boolean;
  /** Which part of the cross-validation it belongs to, 0-based, when the list says. */
  readonly fold?: number;
}

export interface CrossValidation {
  readonly folds: number;
  /** Mean over the folds, 0 to 1. */
  readonly accuracy: number;
  /** Standard error of that mean. */
  readonly standardError: number;
  /** Mean of the thresholds chosen. */
  readonly threshold: number;
}

/**
 * Accuracy after the protocol of Labeled Faces in the Wild: the threshold of each fold is the one
 * that does best on the others (Huang et al., UMass Amherst TR 07-49, 2007). Without folds in the
 * list, the pairs of each class are dealt out in turn, so every fold has the same mixture.
 *
 * @returns null when there is not at least one pair for each of two folds
 */
export function crossValidate(pairs: readonly PairScore[], folds = 10): CrossValidation | null {
  const parts = dealFolds(pairs, folds).filter((part) => part.length > 0);
  if (parts.length < 2) return null;
  const accuracies: number[] = [];
  let thresholdSum = 0;
  for (const [index, part] of parts.entries()) {
    const { threshold } = bestThreshold(parts.filter((_, other) => other !== index).flat());
    const right = part.filter(({ score, same }) => score >= threshold === same).length;
    accuracies.push(right / part.length);
    thresholdSum += threshold;
  }
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / parts.length;
  const squares = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    folds: parts.length,
    accuracy: mean,
    standardError: Math.sqrt(squares / (parts.length - 1) / parts.length),
    threshold: thresholdSum / parts.length,
  };
}

function dealFolds(pairs: readonly PairScore[], folds: number): PairScore[][] {
  const parts: PairScore[][] = [];
  const dealt = { same: 0, different: 0 };
  for (const pair of pairs) {
    const fold = pair.fold ?? dealt[pair.same ? "same" : "different"]++ % folds;
    let part = parts[fold];
    if (part === undefined) {
      part = [];
      parts[fold] = part;
    }
    part.push(pair);
  }
  // Array.from fills the holes that sparse fold numbers leave.
  return Array.from(parts, (part) => part ?? []);
}

export interface BestThreshold {
  readonly threshold: number;
  /** Share of the pairs that it gets right, 0 to 1. */
  readonly accuracy: number;
}

/**
 * The threshold with the fewest errors. It lies half-way between two neighbouring scores; of
 * several as good, the strictest is taken, as published evaluations do: it accepts the fewest
 * strangers.
 */
export function bestThreshold(pairs: readonly PairScore[]): BestThreshold {
  const sorted = pairs
    .filter((pair) => Number.isFinite(pair.score))
    .sort((left, right) => left.score - right.score);
  // Below the lowest score everything that was acquired is accepted.
  let errors = sorted.filter((pair) => !pair.same).length;
  let fewest = errors;
  let threshold = (sorted[0]?.score ?? 0) - 1;
  for (const [index, pair] of sorted.entries()) {
    errors += pair.same ? 1 : -1;
    const next = sorted[index + 1]?.score ?? pair.score + 1;
    if (next === pair.score || errors > fewest) continue;
    fewest = errors;
    threshold = (pair.score + next) / 2;
  }
  // A face that was not found is never accepted: right for strangers, an error for a same pair.
  const missed = pairs.filter(({ score, same }) => same && !Number.isFinite(score)).length;
  return { threshold, accuracy: 1 - (fewest + missed) / pairs.length };
}

export interface TarAtFar {
  /** The rate asked for. */
  readonly far: number;
  readonly threshold: number;
  /** Share of different pairs accepted at the threshold; at most `far`. */
  readonly farObserved: number;
  /** Share of same pairs accepted at the threshold. */
  readonly tar: number;
  /** False when the rate allows not even one pair: the row then says little. */
  readonly resolved: boolean;
}

/** True accept rate at a false accept rate (ISO/IEC 19795-1: 1 - FNMR at an FMR, failures in). */
export function tarAtFar(pairs: readonly PairScore[], far: number): TarAtFar | null {
  const same = sortDescending(pairs.filter((pair) => pair.same).map((pair) => pair.score));
  const different = sortDescending(pairs.filter((pair) => !pair.same).map((pair) => pair.score));
  const limit = thresholdAtRate(different, far);
  if (limit === null || same.length === 0) return null;
  return {
    far,
    threshold: limit.threshold,
    farObserved: limit.accepted / different.length,
    tar: countAtOrAbove(same, limit.threshold) / same.length,
    resolved: allowedErrors(far, different.length) >= 1,
  };
}
