/** Both ends of a confidence interval of a proportion, 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 0.975 quantile of the standard normal distribution: 95 % two-sided. */
const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval, 95 %. Unlike the textbook one it is right near 0 and 1, where error
 * rates live (E. B. Wilson, JASA 22, 1927; Brown, Cai and DasGupta, Statistical Science 16, 2001).
 *
 * @returns null when there were no trials
 */
export function wilsonInterval(events: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const rate = events / trials;
  const z2 = Z_95 * Z_95;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const spread = Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials * trials));
  const half = (Z_95 * spread) / (1 + z2 / trials);
  return {
    low: events === 0 ? 0 : Math.max(0, centre - half),
    high: events === trials ? 1 : Math.min(1, centre + half),
  };
}

/**
 * The middle 95 % of resampled values, with linear interpolation between ranks.
 *
 * @param values in any order; they are sorted in place
 */
export function percentileInterval(values: Float64Array): Interval | null {
  if (values.length === 0) return null;
  values.sort();
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

function quantile(ascending: Float64Array, fraction: number): number {
  const rank = fraction * (ascending.length - 1);
  const below = Math.floor(rank);
  const lower = ascending[below] ?? Number.NaN;
  const upper = ascending[Math.min(below + 1, ascending.length - 1)] ?? Number.NaN;
  return lower + (rank - below) * (upper - lower);
}
