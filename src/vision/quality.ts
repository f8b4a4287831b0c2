import { boxArea, overlapArea } from "./geometry.js";
import type { Box, Point, Quality, QualityReason } from "./port.js";
import { estimatePose } from "./pose.js";
import { luma, type Pixels } from "./raster.js";

/** Beyond these a face is not fit for comparison. Each has its reason code in `Quality.reasons`. */
export interface QualityLimits {
  /** TOO_SMALL below this distance between the eyes' centres, pixels of the frame. */
  readonly eyeDistanceMinPx: number;
  /** BLURRED below this variance of the Laplacian of the aligned chip's luma. */
  readonly sharpnessMin: number;
  /** TOO_DARK below this mean luma of the aligned chip, 0 to 255. */
  readonly brightnessMin: number;
  /** TOO_BRIGHT above this mean luma. */
  readonly brightnessMax: number;
  /** POSE_EXTREME beyond these, degrees to either side. */
  readonly yawMaxDegrees: number;
  readonly pitchMaxDegrees: number;
  readonly rollMaxDegrees: number;
  /** DETECTOR_UNSURE below this score, 0 to 1. */
  readonly detectorScoreMin: number;
  /** CUT_BY_FRAME above this share of the face's box outside the frame, 0 to 1. */
  readonly cutShareMax: number;
}

/**
 * Measured on public photographs at a false match rate of 1e-4, where 2 % of faces are missed: 4 %
 * with 15 px between the eyes; no more than the rest up to 60 degrees of yaw, and 20 % beyond; 25 %
 * below a sharpness of 20. Enrolment does well to ask for more, such as 24 px.
 */
export const qualityDefaults: QualityLimits = {
  eyeDistanceMinPx: 12,
  sharpnessMin: 20,
  brightnessMin: 30,
  brightnessMax: 225,
  yawMaxDegrees: 60,
  pitchMaxDegrees: 45,
  rollMaxDegrees: 60,
  detectorScoreMin: 0.75,
  cutShareMax: 0.2,
};

/** Variance of the 4-neighbour Laplacian inside the chip (Pech-Pacheco et al., ICPR 2000). */
export function laplacianVariance(grey: Float32Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let row = 1; row < height - 1; row += 1) {
    for (let column = 1; column < width - 1; column += 1) {
      const at = row * width + column;
      const value =
        (grey[at - width] ?? 0) +
        (grey[at + width] ?? 0) +
        (grey[at - 1] ?? 0) +
        (grey[at + 1] ?? 0) -
        4 * (grey[at] ?? 0);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  if (count === 0) return 0;
  return Math.max(0, squares / count - (sum / count) ** 2);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** What is measured of a face before the limits judge it. */
export interface FaceMeasures {
  readonly chip: Pixels;
  readonly detectorScore: number;
  /** Five points, pixels of the frame; none for an aligned chip, whose pose is then unknown. */
  readonly points: readonly Point[];
  readonly eyeDistancePx: number;
  /** Share of the face's box outside the frame. */
  readonly cutShare: number;
}

/** Share of a box that lies outside a frame, 0 to 1. */
export function shareOutside(box: Box, frameWidth: number, frameHeight: number): number {
  const frame = { x: 0, y: 0, width: frameWidth, height: frameHeight };
  const area = boxArea(box);
  return area > 0 ? 1 - overlapArea(box, frame) / area : 1;
}

/** Judges a face; see `QualityLimits`. Units as in `cordon.v1.Quality`. */
export function judgeQuality(measures: FaceMeasures, limits: QualityLimits): Quality {
  const { chip, detectorScore, points, eyeDistancePx } = measures;
  const grey = luma(chip);
  const sharpness = laplacianVariance(grey, chip.width, chip.height);
  const brightness = mean(grey);
  grey.fill(0);
  const level = { yawDegrees: 0, pitchDegrees: 0, rollDegrees: 0 };
  const pose = points.length === 5 ? estimatePose(points) : level;
  const verdicts: ReadonlyArray<readonly [QualityReason, boolean]> = [
    ["TOO_SMALL", eyeDistancePx < limits.eyeDistanceMinPx],
    ["BLURRED", sharpness < limits.sharpnessMin],
    ["TOO_DARK", brightness < limits.brightnessMin],
    ["TOO_BRIGHT", brightness > limits.brightnessMax],
    [
      "POSE_EXTREME",
      Math.abs(pose.yawDegrees) > limits.yawMaxDegrees ||
        Math.abs(pose.pitchDegrees) > limits.pitchMaxDegrees ||
        Math.abs(pose.rollDegrees) > limits.rollMaxDegrees,
    ],
    ["DETECTOR_UNSURE", detectorScore < limits.detectorScoreMin],
    ["CUT_BY_FRAME", measures.cutShare > limits.cutShareMax],
  ];
  const reasons = verdicts.flatMap(([reason, stands]) => (stands ? [reason] : []));
  return {
    acceptable: reasons.length === 0,
    reasons,
    eyeDistancePx,
    sharpness,
    brightness,
    ...pose,
    detectorScore,
  };
}
