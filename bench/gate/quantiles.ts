import { median } from "../statistics.js";

/** Quantiles of one series of durations, microseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Shares of calls that took longer, for the chart: from one in two to one in 10,000. */
export const tailShares = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

export interface Distribution {
  readonly quantiles: Quantiles;
  /** The duration that each of `tailShares` exceeds. */
  readonly tail: readonly number[];
}

/** @param samples durations, milliseconds; sorted in place */
export function distributionOf(samples: Float64Array): Distribution {
  samples.sort();
  const at = (share: number) => 1000 * (samples[indexAt(samples.length, share)] as number);
  return {
    quantiles: { p50: at(0.5), p99: at(0.01), p999: at(0.001), max: at(0) },
    tail: tailShares.map(at),
  };
}

/** The place in a rising list above which at most that share of it lies. */
function indexAt(count: number, share: number): number {
  return Math.min(count - 1, Math.max(0, Math.ceil(count * (1 - share)) - (share === 0 ? 0 : 1)));
}

/** The median of every figure over rounds. */
export function medianDistribution(rounds: readonly Distribution[]): Distribution {
  const of = (pick: (distribution: Distribution) => number) => median(rounds.map(pick));
  return {
    quantiles: {
      p50: of(({ quantiles }) => quantiles.p50),
      p99: of(({ quantiles }) => quantiles.p99),
      p999: of(({ quantiles }) => quantiles.p999),
      max: of(({ quantiles }) => quantiles.max),
    },
    tail: tailShares.map((_, at) => of(({ tail }) => tail[at] ?? NaN)),
  };
}
