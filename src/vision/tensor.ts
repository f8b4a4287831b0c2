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

/** Where one channel is read and written. */
interface Plane {
  readonly width: number;
  readonly height: number;
  /** Of the source: first value, and values from one pixel to the next. */
  readonly from: number;
  readonly step: number;
  /** Of the target, likewise. */
  readonly to: number;
  readonly stride: number;
  readonly mean: number;
  readonly factor: number;
  readonly mirrored: boolean;
}

function writePlane(data: Pixels["data"], target: Float32Array, plane: Plane): void {
  const { width, height, step, stride, mean, factor } = plane;
  const advance = plane.mirrored ? -step : step;
  let to = plane.to;
  for (let row = 0; row < height; row += 1) {
    let from = plane.from + (row * width + (plane.mirrored ? width - 1 : 0)) * step;
    for (let column = 0; column < width; column += 1) {
      target[to] = ((data[from] ?? 0) - mean) * factor;
      from += advance;
      to += stride;
    }
  }
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
  const { width, height } = pixels;
  const grey = spec.channels === "GREY" ? luma(pixels) : null;
  const planar = spec.layout === "NCHW";
  for (const [channel, from] of channelOrder(spec).entries()) {
    writePlane(grey ?? pixels.data, target, {
      width,
      height,
      from,
      step: grey === null ? 3 : 1,
      to: start + (planar ? channel * width * height : channel),
      stride: planar ? 1 : channelCount(spec),
      mean: spec.mean[channel] ?? 0,
      factor: 1 / (spec.std[channel] ?? 1),
      mirrored,
    });
  }
  grey?.fill(0);
}

/** Shape of a batch for the spec's layout. */
export function tensorShape(spec: FreeInput, batch: number, width: number, height: number) {
  const channels = channelCount(spec);
  return spec.layout === "NCHW"
    ? [batch, channels, height, width]
    : [batch, height, width, channels];
}
