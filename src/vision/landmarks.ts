import { applySimilarity, boundingBox, boxCentre, meanPoint, type Similarity } from "./geometry.js";
import type { LandmarksSpec } from "./packs/sections.js";
import type { Box, Point } from "./port.js";
import { type Raster, wipe } from "./raster.js";
import { outputNamed, type Session } from "./sessions.js";
import { tensorShape, writeTensor } from "./tensor.js";
import { warp } from "./warp.js";

export interface Landmarker {
  /** All the model's points of the face in a box; pixels of the frame. Null: none are finite. */
  locate(frame: Raster, face: Box): Promise<Point[] | null>;
}

/** From a square crop's own coordinates to the frame's: `scale` x the box's longer side, upright. */
function cropAround(box: Box, scale: number, sizePx: number): Similarity {
  const side = Math.max(1, scale * Math.max(box.width, box.height));
  const centre = boxCentre(box);
  return { a: side / sizePx, b: 0, tx: centre.x - side / 2, ty: centre.y - side / 2 };
}

/** Finds facial points in passes: each crops around what the one before found. */
export function makeLandmarker(session: Session, spec: LandmarksSpec): Landmarker {
  const { sizePx } = spec.input;

  async function pass(frame: Raster, toFrame: Similarity): Promise<Point[] | null> {
    const patch = warp(frame, toFrame, sizePx, sizePx);
    const values = new Float32Array((spec.input.channels === "GREY" ? 1 : 3) * sizePx * sizePx);
    writeTensor(spec.input, patch, values);
    const shape = tensorShape(spec.input, 1, sizePx, sizePx);
    const output = outputNamed(await session.run(spec.input.tensor, values, shape), spec.output);
    wipe(patch, values);
    if (!output.values.every(Number.isFinite)) return null;
    return Array.from({ length: spec.points }, (_, i) => {
      const x = (output.values[i * 2] ?? 0) * sizePx;
      const y = (output.values[i * 2 + 1] ?? 0) * sizePx;
      return applySimilarity(toFrame, { x, y });
    });
  }

  return {
    async locate(frame, face) {
      let points: Point[] | null = null;
      for (const { around, scale } of spec.passes) {
        const box = around === "points" && points !== null ? boundingBox(points) : face;
        points = await pass(frame, cropAround(box, scale, sizePx));
        if (points === null) return null;
      }
      return points;
    },
  };
}

/** Left eye, right eye, nose tip, left and right mouth corner as seen in the image. */
export function fivePoints(points: readonly Point[], spec: LandmarksSpec): Point[] {
  return spec.fivePoints.map((group) => meanPoint(group.flatMap((i) => points[i] ?? [])));
}
