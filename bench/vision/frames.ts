import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { photographFolder, sitters } from "../../src/cli/demo/scene.js";
import { BenchError, errorText } from "../errors.js";

/** Width and height of a frame, pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** One face of somebody, cut out. */
type Portrait = () => Sharp;

/** A portrait's share of the frame's height: as of somebody a few metres from the camera. */
const FACE_SHARE = 0.5;
const JPEG_QUALITY = 85;
/** Blur of the background, as a share of the frame's height: no face is left in it. */
const BLUR_SHARE = 0.08;
const imageNames = /\.(jpe?g|png|webp)$/i;

/**
 * JPEG frames with one portrait each, before a blurred background, at a place of its own.
 *
 * @param folder portraits, searched in its sub-folders too; null: those that the demo uses
 * @param count frames; portraits are used again when there are fewer
 * @throws BenchError when there are none
 */
export async function makeFrames(
  folder: string | null,
  size: FrameSize,
  count: number,
): Promise<Uint8Array[]> {
  const portraits = folder === null ? demoPortraits() : await folderPortraits(folder);
  if (portraits.length === 0) throw new BenchError(`there are no images in ${folder ?? "it"}`);
  const chosen = Array.from(
    { length: count },
    (_, at) => portraits[Math.floor((at * portraits.length) / count) % portraits.length],
  );
  const frames: Uint8Array[] = [];
  for (const [at, portrait] of chosen.entries()) {
    if (portrait !== undefined) frames.push(await frameOf(portrait, size, at));
  }
  return frames;
}

async function frameOf(portrait: Portrait, size: FrameSize, at: number): Promise<Uint8Array> {
  const { width, height } = size;
  const faceHeight = Math.round(height * FACE_SHARE);
  const face = await portrait().resize({ height: faceHeight }).png().toBuffer();
  const { width: faceWidth = 1 } = await sharp(face).metadata();
  const background = await portrait()
    .resize(width, height, { fit: "cover" })
    .blur(height * BLUR_SHARE)
    .png()
    .toBuffer();
  // Places that repeat only after many frames.
  const left = Math.round(((at * 7) % 11) * 0.1 * Math.max(0, width - faceWidth));
  const top = Math.round(((at * 5) % 9) * 0.125 * (height - faceHeight));
  return sharp(background)
    .composite([{ input: face, left: Math.min(left, Math.max(0, width - faceWidth)), top }])
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

function demoPortraits(): Portrait[] {
  try {
    const folder = photographFolder();
    return sitters.map(({ photograph, box }) => {
      const { x: left, y: top, width, height } = box;
      return () => sharp(join(folder, photograph)).extract({ left, top, width, height });
    });
  } catch (thrown) {
    throw new BenchError(`${errorText(thrown)}\nOr name a folder of portraits: --images DIR`);
  }
}

async function folderPortraits(folder: string): Promise<Portrait[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    const images = names.filter((name) => imageNames.test(name)).sort();
    return images.map((name) => () => sharp(join(folder, name)));
  } catch (thrown) {
    throw new BenchError(`--images: ${errorText(thrown)}`);
  }
}
