import { boxArea, overlap, overlapArea } from "./geometry.js";
import type { Box } from "./port.js";

export interface Detection {
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
}

/** A box of which more than this lies inside a better one is a part of it, whatever their union. */
const containedAbove = 0.8;

/**
 * Non-maximum suppression: of boxes that overlap by more than `overlapMax` (intersection over
 * union), or one of which lies within another, the one with the best score stays. Best first.
 */
export function suppress(detections: readonly Detection[], overlapMax: number): Detection[] {
  const kept: Detection[] = [];
  const byScore = [...detections].sort((one, other) => other.score - one.score);
  for (const candidate of byScore) {
    const covered = kept.some(({ box }) => {
      if (overlap(box, candidate.box) > overlapMax) return true;
      const smaller = Math.min(boxArea(box), boxArea(candidate.box));
      return overlapArea(box, candidate.box) > containedAbove * smaller;
    });
    if (!covered) kept.push(candidate);
  }
  return kept;
}
