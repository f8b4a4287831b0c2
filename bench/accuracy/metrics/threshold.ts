/**
 * Thresholds at an error rate. A score is accepted when it is at or above the threshold. A
 * comparison that could not be made (failure to acquire) has the score -Infinity: it is counted
 * in every rate and accepted at no threshold.
 */
export interface ThresholdAtRate {
  /** The lowest threshold at which at most `rate` of the scores are accepted. */
  readonly threshold: number;
  /** Scores at or above it. */
  readonly accepted: number;
}

/** Lets 0.003 x 1000 be 3, though its nearest double is a little less. */
const ROUNDING_SLACK = 1e-9;

/** How many of `count` trials a rate allows. @param rate 0 to 1 */
export function allowedErrors(rate: number, count: number): number {
  return Math.min(count, Math.floor(rate * count + ROUNDING_SLACK));
}

/** Copies and sorts, highest first. NaN is a bug of the caller and throws. */
export function sortDescending(scores: Iterable<number>): Float64Array {
  const sorted = Float64Array.from(scores);
  if (sorted.some(Number.isNaN)) throw new RangeError("a score is NaN");
  return sorted.sort().reverse();
}

/**
 * The lowest threshold that accepts at most `rate` of the scores. Ties stay together: when the
 * rate would cut through equal scores, all of them are rejected.
 *
 * @param descending scores, highest first; when empty there is no threshold (null)
 * @param rate 0 to 1
 */
export function thresholdAtRate(descending: Float64Array, rate: number): ThresholdAtRate | null {
  if (descending.length === 0) return null;
  const allowed = allowedErrors(rate, descending.length);
  const highestRejected = descending[allowed] ?? Number.NEGATIVE_INFINITY;
  const threshold = nextUp(highestRejected);
  return { threshold, accepted: countAtOrAbove(descending, threshold) };
}

/** Number of scores at or above the threshold, by bisection. @param descending highest first */
export function countAtOrAbove(descending: Float64Array, threshold: number): number {
  let low = 0;
  let high = descending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((descending[middle] ?? 0) >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next double above; of -Infinity the lowest finite one, of +Infinity itself. */
export function nextUp(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] ?? Number.NaN;
}
