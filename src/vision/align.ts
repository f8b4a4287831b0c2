import { fitSimilarity, invertSimilarity } from "./geometry.js";
import type { EmbedderSpec } from "./packs/sections.js";
import type { Point } from "./port.js";
import type { Raster } from "./raster.js";
import { type Patch, warp } from "./warp.js";

/** Templates have pixel centres at whole numbers; coordinates here have them at halves. */
const pixelCentre = 0.5;

/**
 * Cuts a face out, turned and scaled so that its five points lie on the pack's template.
 *
 * @param points left eye, right eye, nose tip, left and right mouth corner; pixels of the frame
 * @returns null when the points do not span a face
 */
export function alignFace(
  frame: Raster,
  points: readonly Point[],
  spec: EmbedderSpec,
): Patch | null {
  const template = spec.alignment.map(([x, y]) => ({ x: x + pixelCentre, y: y + pixelCentre }));
  const toChip = fitSimilarity(points, template);
  if (toChip === null) return null;
  const { sizePx } = spec.input;
  return warp(frame, invertSimilarity(toChip), sizePx, sizePx, "fine");
}
