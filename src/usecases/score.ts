/**
 * Step of the scores that leave the engine. A score is linear in the probe, so exact ones would let
 * a caller who may send embeddings solve for a template with as many queries as it has dimensions.
 */
export const SCORE_STEP = 0.01;

export function coarseScore(score: number): number {
  return Math.round(score / SCORE_STEP) * SCORE_STEP;
}
