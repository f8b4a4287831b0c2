import type { FreeInput } from "./packs/sections.js";
import { luma, type Pixels } from "./raster.js";

/** Channels of a model's input. */
export function channelCount(spec: FreeInput): number {
  return spec.channels === "GREY" ? 1 : 3;
}

/** Offset, in an RGB pixel, of each channel of the tensor. */
function channelOrder(spec: FreeInput): readonly number[] {
  if (spec.channels === "GREY") return [0];
  return spec.channels === "RGB" ? [0, 1, 2] : [2, 1, 0];
}

/**
 * Writes one picture into a tensor: (pixel - mean) / std in the spec's channel order and layout.
 *
 * @param target receives `width * height * channels` floats from `start` on
 * @param mirrored true: left and right exchanged
 */
export function writeTensor(
  spec: FreeInput,
  pixels: Pixels,
  target: Float32Array,
  start = 0,
  mirrored = false,
): void {
  const channels = channelCount(spec);
  const step = spec.channels === "GREY" ? 1 : 3;
  const grey = spec.channels === "GREY" ? luma(pixels) : null;
  const data = grey ?? pixels.data;
  const { width, height } = pixels;
  const planar = spec.layout === "NCHW";
  channelOrder(spec).forEach((offset, channel) => {
    const mean = spec.mean[channel] ?? 0;
    const factor = 1 / (spec.std[channel] ?? 1);
    const stride = planar ? 1 : channels;
    let to = start + (planar ? channel * width * height : channel);
    for (let row = 0; row < height; row += 1) {
      const first = (row * width + (mirrored ? width - 1 : 0)) * step + offset;
      const advance = mirrored ? -step : step;
      let from = first;
      for (let column = 0; column < width; column += 1) {
        target[to] = ((data[from] ?? 0) - mean) * factor;
        from += advance;
        to += stride;
      }
    }
  });
  grey?.fill(0);
}

/** Shape of a batch for the spec's layout. */
export function tensorShape(spec: FreeInput, batch: number, width: number, height: number) {
  const channels = channelCount(spec);
  return spec.layout === "NCHW"
    ? [batch, channels, height, width]
    : [batch, height, width, channels];
}
