import sharp from "sharp";
import type { Box } from "./port.js";

const JPEG_QUALITY = 95;

/**
 * Cuts a rectangle out of a picture that the caller trusts: a tool for demonstrations and tests,
 * not for probes.
 *
 * @param image an encoded image
 * @param box whole pixels of the picture as it is shown, inside it
 * @returns a JPEG
 * @throws Error when it is no image or the box is not inside it
 */
export async function cropImage(image: Uint8Array, box: Box): Promise<Buffer> {
  const { x: left, y: top, width, height } = box;
  return await sharp(image)
    .rotate()
    .extract({ left, top, width, height })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}
