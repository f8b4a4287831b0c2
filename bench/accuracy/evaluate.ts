import { seededRandom } from "../random.js";
import { calibrationTable, impostorTail } from "./calibration.js";
import type { OpenSetEntry, Pair } from "./lists.js";
import { bootstrapFnir } from "./metrics/bootstrap.js";
import {
  detCurve,
  type MatedSearch,
  type NonMatedSearch,
  operatingPoint,
  rankOneMiss,
} from "./metrics/identification.js";
import { bestThreshold, crossValidate, type PairScore, tarAtFar } from "./metrics/verification.js";
import type { IdentificationResult, VerificationResult } from "./result.js";
import type { OpenSetScores } from "./scores.js";

/** False positive identification rates of the table. */
export const fpirTargets: readonly number[] = [0.1, 0.01, 0.003];
const farTargets: readonly number[] = [1e-1, 1e-2, 1e-3, 1e-4];
/** Points of the curve's interval, spread evenly over the logarithm of FPIR. */
const BAND_POINTS = 40;

export function evaluateVerification(
  pairs: readonly Pair[],
  scores: readonly PairScore[],
): VerificationResult {
  return {
    pairsSame: pairs.filter((pair) => pair.same).length,
    pairsDifferent: pairs.filter((pair) => !pair.same).length,
    pairsNotAcquired: scores.filter((pair) => !Number.isFinite(pair.score)).length,
    crossValidation: crossValidate(scores),
    best: scores.length === 0 ? null : bestThreshold(scores),
    tarAtFar: farTargets.flatMap((far) => tarAtFar(scores, far) ?? []),
  };
}

export interface IdentificationSettings {
  readonly dataset: string;
  readonly replicates: number;
  readonly seed: number;
}

export function evaluateIdentification(
  entries: readonly OpenSetEntry[],
  scores: OpenSetScores,
  settings: IdentificationSettings,
): IdentificationResult {
  const { mated, nonMated, impostors } = scores;
  const gallery = entries.filter((entry) => entry.role === "gallery");
  const band = bandRates(nonMated.length);
  const random = seededRandom(settings.seed);
  const rates = [...fpirTargets, ...band];
  const intervals = bootstrapFnir(mated, nonMated, rates, settings.replicates, random);
  return {
    galleryPeople: new Set(gallery.map((entry) => entry.identity)).size,
    galleryImages: gallery.length,
    matedProbes: mated.length,
    nonMatedProbes: nonMated.length,
    rankOneMiss: rankOneMiss(mated),
    operatingPoints: operatingPoints(mated, nonMated, intervals),
    det: detCurve(mated, nonMated),
    detBand: band.flatMap((fpir, index) => {
      const interval = intervals[fpirTargets.length + index];
      return interval === null || interval === undefined ? [] : [{ fpir, ...interval }];
    }),
    impostors: {
      comparisons: impostors.count,
      mean: impostors.mean,
      deviation: impostors.deviation,
      tail: impostorTail(impostors),
    },
    calibration: calibrationTable(impostors, settings.dataset),
  };
}

function operatingPoints(
  mated: readonly MatedSearch[],
  nonMated: readonly NonMatedSearch[],
  intervals: readonly IdentificationResult["operatingPoints"][number]["bootstrap"][],
): IdentificationResult["operatingPoints"] {
  return fpirTargets.flatMap((fpir, index) => {
    const point = operatingPoint(mated, nonMated, fpir);
    return point === null ? [] : [{ ...point, bootstrap: intervals[index] ?? null }];
  });
}

/** From the least FPIR that the probes can show (one of them) to 1. */
function bandRates(nonMatedProbes: number): number[] {
  if (nonMatedProbes < 2) return [];
  const decades = Math.log10(nonMatedProbes);
  return Array.from({ length: BAND_POINTS }, (_, index) => {
    return 10 ** (-decades * (1 - index / (BAND_POINTS - 1)));
  });
}
