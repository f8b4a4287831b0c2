import type { ScoreHistogram } from "./metrics/histogram.js";

/** The part of a model manifest that turns a cosine into a false match rate. */
export interface CalibrationTable {
  readonly comment: string;
  readonly dataset: string;
  readonly impostorPairs: number;
  /** [cosine threshold, log10 of the share of impostor comparisons at or above it], rising. */
  readonly impostorTail: readonly (readonly [cosine: number, log10Rate: number])[];
}

/** One row of the tail for people to read. */
export interface TailRow {
  readonly fmr: number;
  readonly threshold: number;
  /** Comparisons at or above the threshold. */
  readonly accepted: number;
}

export const tailRates: readonly number[] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/** Steps of the table for machines: three a decade, so that straight lines between are close. */
const calibrationRates = tailRates
  .flatMap((rate) => [rate, rate / 2, rate / 5])
  .filter((rate) => rate >= 1e-6);

/** Thresholds in the manifest have this many digits after the point, rounded up. */
const THRESHOLD_SCALE = 1e4;

/** Thresholds at false match rates 1e-1 to 1e-6 (decision: at or above). */
export function impostorTail(impostors: ScoreHistogram): TailRow[] {
  return impostors
    .thresholdsAt(tailRates)
    .map((row, index) => ({ fmr: tailRates[index] ?? Number.NaN, ...row }));
}

/**
 * The `calibration` of a manifest. Rates at which nothing was accepted have no logarithm and are
 * left out: the table ends where the data does.
 *
 * @returns null when the comparisons are too few for two points, the least that a manifest takes
 */
export function calibrationTable(
  impostors: ScoreHistogram,
  dataset: string,
): CalibrationTable | null {
  const tail: [number, number][] = [];
  for (const { threshold } of impostors.thresholdsAt(calibrationRates)) {
    const cosine = Math.ceil(threshold * THRESHOLD_SCALE) / THRESHOLD_SCALE;
    const accepted = impostors.acceptedAt(cosine);
    const before = tail.at(-1);
    if (accepted === 0 || (before !== undefined && cosine <= before[0])) continue;
    tail.push([cosine, Number(Math.log10(accepted / impostors.count).toFixed(4))]);
  }
  if (tail.length < 2) return null;
  return {
    comment: "Every gallery image against every non-mated probe; printed by the accuracy bench.",
    dataset,
    impostorPairs: impostors.count,
    impostorTail: tail,
  };
}
