import type { CalibrationTable, TailRow } from "./calibration.js";
import type { DetPoint, OperatingPoint, Proportion } from "./metrics/identification.js";
import type { Interval } from "./metrics/interval.js";
import type { BestThreshold, CrossValidation, TarAtFar } from "./metrics/verification.js";

export interface VerificationResult {
  readonly pairsSame: number;
  readonly pairsDifferent: number;
  /** Pairs with an image in which no face was found. */
  readonly pairsNotAcquired: number;
  readonly crossValidation: CrossValidation | null;
  /** The one threshold that does best on these very pairs; null without pairs. */
  readonly best: BestThreshold | null;
  readonly tarAtFar: readonly TarAtFar[];
}

export interface OperatingPointResult extends OperatingPoint {
  /** FNIR with the threshold's own uncertainty; see `bootstrapFnir`. */
  readonly bootstrap: Interval | null;
}

export interface IdentificationResult {
  readonly galleryPeople: number;
  readonly galleryImages: number;
  readonly matedProbes: number;
  readonly nonMatedProbes: number;
  readonly rankOneMiss: Proportion;
  readonly operatingPoints: readonly OperatingPointResult[];
  readonly det: readonly DetPoint[];
  /** Bootstrap intervals of FNIR along the curve. */
  readonly detBand: readonly ({ readonly fpir: number } & Interval)[];
  readonly impostors: {
    readonly comparisons: number;
    readonly mean: number;
    readonly deviation: number;
    readonly tail: readonly TailRow[];
  };
  readonly calibration: CalibrationTable | null;
}

export interface AcquisitionResult {
  readonly images: number;
  readonly failures: Proportion;
  /** Images with more than one face, of which the central one was taken. */
  readonly withSeveralFaces: number;
  /** Faces that the engine's quality verdict would refuse; measured all the same. */
  readonly withPoorQuality: number;
}

/** Everything that the accuracy bench measures. */
export interface AccuracyResult {
  readonly dataset: string;
  readonly modelPack: string;
  readonly dimension: number;
  readonly acquisition: AcquisitionResult;
  readonly verification: VerificationResult | null;
  readonly identification: IdentificationResult | null;
}
