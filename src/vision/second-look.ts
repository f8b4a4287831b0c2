import { applySimilarity, boxCentre, overlap, type Similarity, scaleOf } from "./geometry.js";
import type { Detection } from "./nms.js";
import { type Raster, wipe } from "./raster.js";
import type { Ssd } from "./ssd.js";
import { type Patch, warp } from "./warp.js";

/** Side of the crop of a second look, over the longer side of the candidate's box. */
const lookScale = 3;

/** Side of the detector's input for a second look: a face is then about 53 px high. */
const lookSizePx = 160;

/** Crops in one run of the detector, which bounds its memory. */
const lookBatchMax = 16;

/** Score above which a second look leaves no doubt. */
const sureScore = 0.95;

/** Boxes below this score are not read out at all. */
const lookScoreMin = 0.3;

/** A second look confirms a candidate when its box overlaps the candidate's by more than this. */
const sameFaceOverlap = 0.3;

function cropAround({ box }: Detection): Similarity {
  const side = Math.max(1, lookScale * Math.max(box.width, box.height));
  const centre = boxCentre(box);
  return { a: side / lookSizePx, b: 0, tx: centre.x - side / 2, ty: centre.y - side / 2 };
}

function toFrameBox({ box, score }: Detection, toFrame: Similarity): Detection {
  const { x, y } = applySimilarity(toFrame, box);
  const scale = scaleOf(toFrame);
  return { box: { x, y, width: box.width * scale, height: box.height * scale }, score };
}

/** A picture of the frame, and its pixels for each pixel of the frame. */
export interface Level {
  readonly picture: Raster;
  readonly scale: number;
}

/** The crop from the smallest level that has its detail: large faces need not the whole frame's. */
function cropPatch(levels: readonly Level[], toFrame: Similarity): Patch {
  const detailed = levels.filter(({ scale }) => scale * toFrame.a >= 1);
  const fallback = levels.reduce((a, b) => (a.scale >= b.scale ? a : b));
  const { picture, scale } = detailed.reduce((a, b) => (a.scale <= b.scale ? a : b), fallback);
  const toPicture = { a: toFrame.a * scale, b: 0, tx: toFrame.tx * scale, ty: toFrame.ty * scale };
  return warp(picture, toPicture, lookSizePx, lookSizePx);
}

/** For each candidate the best box of a look at it alone; null when none is where it was. */
async function look(
  ssd: Ssd,
  levels: readonly Level[],
  candidates: readonly Detection[],
  mirrored: boolean,
  checkpoint: () => void,
): Promise<Array<Detection | null>> {
  const answers: Array<Detection | null> = [];
  for (let first = 0; first < candidates.length; first += lookBatchMax) {
    checkpoint();
    const batch = candidates.slice(first, first + lookBatchMax);
    const crops = batch.map((candidate) => ({ candidate, toFrame: cropAround(candidate) }));
    const patches = crops.map(({ toFrame }) => cropPatch(levels, toFrame));
    const looks = await ssd.run(patches, lookScoreMin, mirrored);
    wipe(...patches);
    for (const [i, { candidate, toFrame }] of crops.entries()) {
      const seen = (looks[i] ?? [])
        .map((detection) => toFrameBox(detection, toFrame))
        .filter(({ box }) => overlap(box, candidate.box) > sameFaceOverlap)
        .sort((one, other) => other.score - one.score);
      answers.push(seen[0] ?? null);
    }
  }
  return answers;
}

/**
 * Looks at each candidate again, alone and at the size that the detector knows best. Hair, hands
 * and folds of cloth that pass for faces at one scale do not at another; and the box of a true face
 * becomes more exact, whatever its size in the frame. Where that leaves a doubt, a third look, now
 * centred on the better box and in the mirror, decides.
 *
 * @param levels the frame itself, and smaller pictures of it
 * @param checkpoint called between runs of the detector; may throw, to stop
 * @returns for each confirmed candidate the better box with its last score; not suppressed
 */
export async function lookAgain(
  ssd: Ssd,
  levels: readonly Level[],
  candidates: readonly Detection[],
  scoreMin: number,
  checkpoint: () => void,
): Promise<Detection[]> {
  const seen = (await look(ssd, levels, candidates, false, checkpoint)).filter(
    (found) => found !== null,
  );
  const sure = seen.filter(({ score }) => score >= sureScore);
  const doubtful = seen.filter(({ score }) => score < sureScore);
  const third = await look(ssd, levels, doubtful, true, checkpoint);
  const decided = doubtful.map(({ box }, i) => ({ box, score: third[i]?.score ?? 0 }));
  return [...sure, ...decided].filter(({ score }) => score >= scoreMin);
}
