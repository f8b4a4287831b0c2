import { applySimilarity, boundingBox, type Similarity, scaleOf } from "./geometry.js";
import type { Pixels, Raster } from "./raster.js";

/** A small piece of a picture on its way into a model: RGB, interleaved, 0 to 255 as floats. */
export interface Patch extends Pixels {
  /** `width * height * 3` floats. */
  readonly data: Float32Array;
}

/** Where the samples of a warp come from: a part of the picture, perhaps shrunk. */
interface Source {
  readonly data: Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
  /** Source pixels of the picture per pixel here. */
  readonly shrink: number;
  /** Left and top edge here, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
}

/** Residual shrinkage above which one sample for each output pixel would alias. */
const supersampleAbove = 1.15;

/**
 * Averages blocks of `shrink` x `shrink` pixels over the part of the picture that the warp reads.
 * At the right and lower edge a block holds fewer pixels.
 */
function shrinkPart(picture: Raster, toPicture: Similarity, size: Size, shrink: number): Source {
  const { width, height } = size;
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: 0, y: height },
    { x: width, y: height },
  ].map((corner) => applySimilarity(toPicture, corner));
  const box = boundingBox(corners);
  const margin = 2 * shrink;
  const x0 = Math.min(picture.width - 1, Math.max(0, Math.floor(box.x - margin)));
  const y0 = Math.min(picture.height - 1, Math.max(0, Math.floor(box.y - margin)));
  const x1 = Math.max(x0 + 1, Math.min(picture.width, Math.ceil(box.x + box.width + margin)));
  const y1 = Math.max(y0 + 1, Math.min(picture.height, Math.ceil(box.y + box.height + margin)));
  const columns = Math.ceil((x1 - x0) / shrink);
  const rows = Math.ceil((y1 - y0) / shrink);
  const data = new Float32Array(columns * rows * 3);
  for (let row = 0; row < rows; row += 1) {
    const top = y0 + row * shrink;
    const bottom = Math.min(y1, top + shrink);
    for (let y = top; y < bottom; y += 1)
      addBlocks(picture, data, row * columns, x0, x1, y, shrink);
    for (let column = 0; column < columns; column += 1) {
      const blockWidth = Math.min(shrink, x1 - x0 - column * shrink);
      const weight = 1 / (blockWidth * (bottom - top));
      const at = (row * columns + column) * 3;
      for (let i = at; i < at + 3; i += 1) data[i] = (data[i] ?? 0) * weight;
    }
  }
  return { data, width: columns, height: rows, shrink, x: x0, y: y0 };
}

/** Adds one row of the picture to the sums of its blocks. */
function addBlocks(
  picture: Raster,
  sums: Float32Array,
  firstBlock: number,
  x0: number,
  x1: number,
  y: number,
  shrink: number,
): void {
  let from = (y * picture.width + x0) * 3;
  let to = firstBlock * 3;
  for (let x = x0; x < x1; x += shrink) {
    const end = Math.min(x + shrink, x1);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let column = x; column < end; column += 1) {
      red += picture.data[from] ?? 0;
      green += picture.data[from + 1] ?? 0;
      blue += picture.data[from + 2] ?? 0;
      from += 3;
    }
    sums[to] = (sums[to] ?? 0) + red;
    sums[to + 1] = (sums[to + 1] ?? 0) + green;
    sums[to + 2] = (sums[to + 2] ?? 0) + blue;
    to += 3;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Adds `weight` times the bilinear sample at (x, y), continuous source coordinates; edges repeat. */
function addSample(
  source: Source,
  x: number,
  y: number,
  weight: number,
  out: Float32Array,
  at: number,
): void {
  const right = source.width - 1;
  const bottom = source.height - 1;
  const sx = Math.min(right, Math.max(0, (x - source.x) / source.shrink - 0.5));
  const sy = Math.min(bottom, Math.max(0, (y - source.y) / source.shrink - 0.5));
  const x0 = Math.floor(sx);
  const y0 = Math.floor(sy);
  const fx = sx - x0;
  const fy = sy - y0;
  const across = x0 < right ? 3 : 0;
  const i00 = (y0 * source.width + x0) * 3;
  const i10 = y0 < bottom ? i00 + source.width * 3 : i00;
  const w00 = (1 - fx) * (1 - fy) * weight;
  const w01 = fx * (1 - fy) * weight;
  const w10 = (1 - fx) * fy * weight;
  const w11 = fx * fy * weight;
  const { data } = source;
  for (let channel = 0; channel < 3; channel += 1) {
    const a = i00 + channel;
    const b = i10 + channel;
    const value =
      w00 * (data[a] ?? 0) +
      w01 * (data[a + across] ?? 0) +
      w10 * (data[b] ?? 0) +
      w11 * (data[b + across] ?? 0);
    out[at + channel] = (out[at + channel] ?? 0) + value;
  }
}

/**
 * Resamples a picture through a similarity. Anti-aliased: when the picture shrinks, each output
 * pixel averages what it covers (whole blocks first, then 2 x 2 samples for the rest). Outside the
 * picture its edge repeats.
 *
 * @param toPicture takes output coordinates to the picture's, both continuous
 */
export function warp(picture: Raster, toPicture: Similarity, width: number, height: number): Patch {
  const patch = { width, height, data: new Float32Array(width * height * 3) };
  const scale = scaleOf(toPicture);
  const shrink = Math.max(1, Math.floor(scale));
  const source: Source =
    shrink === 1
      ? { data: picture.data, width: picture.width, height: picture.height, shrink, x: 0, y: 0 }
      : shrinkPart(picture, toPicture, { width, height }, shrink);
  const across = scale / shrink > supersampleAbove ? 2 : 1;
  const weight = 1 / (across * across);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = (row * width + column) * 3;
      for (let sample = 0; sample < across * across; sample += 1) {
        const u = column + ((sample % across) + 0.5) / across;
        const v = row + (Math.floor(sample / across) + 0.5) / across;
        const x = toPicture.a * u - toPicture.b * v + toPicture.tx;
        const y = toPicture.b * u + toPicture.a * v + toPicture.ty;
        addSample(source, x, y, weight, patch.data, at);
      }
    }
  }
  if (shrink > 1) source.data.fill(0);
  return patch;
}
