import { applySimilarity, boundingBox, boxCentre, meanPoint, type Similarity } from "./geometry.js";
import type { LandmarksSpec } from "./packs/sections.js";
import type { Box, Point } from "./port.js";
import { type Raster, wipe } from "./raster.js";
import { outputNamed, type Session } from "./sessions.js";
import { channelCount, tensorShape, writeTensor } from "./tensor.js";
import { warp } from "./warp.js";

export interface Landmarker {
  /**
   * Left eye, right eye, nose tip, left and right mouth corner as seen, of the face in a box;
   * pixels of the frame. Null when the model gives no finite points.
   */
  locate(frame: Raster, face: Box): Promise<Point[] | null>;
}

/** From an upright square crop's coordinates to the frame's: `scale` x the box's longer side. */
function cropAround(box: Box, scale: number, sizePx: number): Similarity {
  const side = Math.max(1, scale * Math.max(box.width, box.height));
  const centre = boxCentre(box);
  return { a: side / sizePx, b: 0, tx: centre.x - side / 2, ty: centre.y - side / 2 };
}

/** The mean of each of the five groups of a model's points. */
function fivePoints(points: readonly Point[], spec: LandmarksSpec): Point[] {
  return spec.fivePoints.map((group) => meanPoint(group.flatMap((i) => points[i] ?? [])));
}

/** What is left in the mirror is right in the picture. */
const mirroredOrder = [1, 0, 2, 4, 3];

/**
 * The mean of the five points seen directly and in the mirror. The two have errors of their own, so
 * their mean has smaller ones.
 */
function meanFive(direct: readonly Point[], mirrored: readonly Point[]): Point[] {
  return direct.map((point, i) => meanPoint([point, mirrored[mirroredOrder[i] ?? i] ?? point]));
}

/** Finds facial points in passes: each crops around what the one before found. */
export function makeLandmarker(session: Session, spec: LandmarksSpec): Landmarker {
  const { sizePx } = spec.input;
  const floats = channelCount(spec.input) * sizePx * sizePx;

  /** The model's points in a crop, in the crop's pixels; for each view, null if not finite. */
  async function run(frame: Raster, toFrame: Similarity, views: readonly boolean[]) {
    const patch = warp(frame, toFrame, sizePx, sizePx);
    const values = new Float32Array(views.length * floats);
    for (const [i, mirrored] of views.entries()) {
      writeTensor(spec.input, patch, values, i * floats, mirrored);
    }
    const shape = tensorShape(spec.input, views.length, sizePx, sizePx);
    const output = outputNamed(await session.run(spec.input.tensor, values, shape), spec.output);
    wipe(patch, values);
    if (!output.values.every(Number.isFinite)) return null;
    return views.map((mirrored, view) =>
      Array.from({ length: spec.points }, (_, i) => {
        const at = (view * spec.points + i) * 2;
        const x = (output.values[at] ?? 0) * sizePx;
        const y = (output.values[at + 1] ?? 0) * sizePx;
        return applySimilarity(toFrame, { x: mirrored ? sizePx - x : x, y });
      }),
    );
  }

  return {
    async locate(frame, face) {
      let box = face;
      let five: Point[] | null = null;
      for (const [i, { around, scale }] of spec.passes.entries()) {
        const isLast = i === spec.passes.length - 1;
        const crop = cropAround(around === "points" ? box : face, scale, sizePx);
        const found = await run(frame, crop, isLast ? [false, true] : [false]);
        const [direct, mirrored] = found ?? [];
        if (direct === undefined) return null;
        box = boundingBox(direct);
        const seen = fivePoints(direct, spec);
        five = mirrored === undefined ? seen : meanFive(seen, fivePoints(mirrored, spec));
      }
      return five;
    },
  };
}
