import sharp from "sharp";
import { type Detection, suppress } from "./nms.js";
import type { DetectorSpec } from "./packs/sections.js";
import { type Raster, wipe } from "./raster.js";
import { type DetectorScale, planScales, type ScaleOptions } from "./scales.js";
import { type Level, lookAgain } from "./second-look.js";
import type { Session } from "./sessions.js";
import { makeSsd } from "./ssd.js";

export interface Detector {
  /**
   * Every face of a frame, best score first; boxes in pixels of the frame.
   * @param checkpoint called before each scale and run of the model; may throw, to stop
   */
  detect(frame: Raster, checkpoint?: () => void): Promise<Detection[]>;
}

/** Score from which a box of the first look is a candidate for the second, which decides. */
const candidateScoreMin = 0.15;

/** Boxes below this share of the smallest face looked for are more often cloth than faces. */
const smallestShare = 0.75;

/** Candidates of one frame that get a second look, best first: bounds the time for a crowd. */
const candidatesMax = 512;

async function resize(frame: Raster, width: number, height: number): Promise<Raster> {
  const { data, info } = await sharp(frame.data, {
    raw: { width: frame.width, height: frame.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Lays a picture on a canvas of the input's mean, which the model sees as nothing. */
function addBorder(picture: Raster, border: number, spec: DetectorSpec): Raster {
  if (border === 0) return picture;
  const width = picture.width + 2 * border;
  const height = picture.height + 2 * border;
  const data = new Uint8Array(width * height * 3).fill(Math.round(spec.input.mean[0] ?? 0));
  for (let row = 0; row < picture.height; row += 1) {
    const from = row * picture.width * 3;
    const to = ((row + border) * width + border) * 3;
    data.set(picture.data.subarray(from, from + picture.width * 3), to);
  }
  return { width, height, data };
}

function toFrameBox({ box, score }: Detection, { scale, border }: DetectorScale): Detection {
  const x = (box.x - border) / scale;
  const y = (box.y - border) / scale;
  return { box: { x, y, width: box.width / scale, height: box.height / scale }, score };
}

/**
 * Finds faces in two looks: over the whole frame at one or two scales, where every likely box
 * becomes a candidate, and then at each candidate alone.
 *
 * @param scoreMin least detector score of the second look that counts, 0 to 1
 */
export function makeDetector(
  session: Session,
  spec: DetectorSpec,
  scaling: ScaleOptions,
  scoreMin: number,
): Detector {
  const ssd = makeSsd(session, spec);
  const heightMin = scaling.faceSizeMinPx * smallestShare;

  async function firstLook(
    levels: readonly Level[],
    scales: readonly DetectorScale[],
    checkpoint: () => void,
  ) {
    const found: Detection[] = [];
    for (const [i, scale] of scales.entries()) {
      const level = levels[i];
      if (level === undefined) continue;
      checkpoint();
      const canvas = addBorder(level.picture, scale.border, spec);
      const [seen = []] = await ssd.run([canvas], Math.min(scoreMin, candidateScoreMin));
      if (canvas !== level.picture) wipe(canvas);
      found.push(...seen.map((detection) => toFrameBox(detection, scale)));
    }
    return suppress(found, spec.overlapThreshold).slice(0, candidatesMax);
  }

  return {
    async detect(frame, checkpoint = () => undefined) {
      const scales = planScales(frame.width, frame.height, scaling);
      const levels: Level[] = [];
      try {
        for (const { width, height, scale } of scales) {
          checkpoint();
          levels.push({ picture: await resize(frame, width, height), scale });
        }
        const candidates = await firstLook(levels, scales, checkpoint);
        const pictures = [{ picture: frame, scale: 1 }, ...levels];
        const confirmed = await lookAgain(ssd, pictures, candidates, scoreMin, checkpoint);
        const large = confirmed.filter(({ box }) => box.height >= heightMin);
        return suppress(large, spec.overlapThreshold);
      } finally {
        wipe(...levels.map(({ picture }) => picture));
      }
    },
  };
}
