import { applySimilarity, boundingBox, type Similarity, scaleOf } from "./geometry.js";
import type { Pixels, Raster } from "./raster.js";

/** A small piece of a picture on its way into a model: RGB, interleaved, 0 to 255 as floats. */
export interface Patch extends Pixels {
  /** `width * height * 3` floats. */
  readonly data: Float32Array;
}

/** The part of a picture that a warp reads, perhaps shrunk. */
interface Part extends Patch {
  /** Pixels of the picture along each side of one pixel here. */
  readonly shrink: number;
  /** Left and top edge here, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
}

/** Pixels of a picture: from x0 and y0 up to but without x1 and y1. */
interface Region {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Where a warp reads, cut to the picture; one pixel at least. */
function regionOf(
  picture: Raster,
  toPicture: Similarity,
  width: number,
  height: number,
  margin: number,
): Region {
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: 0, y: height },
    { x: width, y: height },
  ].map((corner) => applySimilarity(toPicture, corner));
  const box = boundingBox(corners);
  const x0 = Math.min(picture.width - 1, Math.max(0, Math.floor(box.x - margin)));
  const y0 = Math.min(picture.height - 1, Math.max(0, Math.floor(box.y - margin)));
  const x1 = Math.min(picture.width, Math.ceil(box.x + box.width + margin));
  const y1 = Math.min(picture.height, Math.ceil(box.y + box.height + margin));
  return { x0, y0, x1: Math.max(x0 + 1, x1), y1: Math.max(y0 + 1, y1) };
}

/** Adds one row of the picture to the sums of its blocks, `shrink` pixels to each. */
function addRow(picture: Raster, y: number, region: Region, shrink: number, sums: Float32Array) {
  const { x0, x1 } = region;
  const { data } = picture;
  let from = (y * picture.width + x0) * 3;
  let to = Math.floor((y - region.y0) / shrink) * Math.ceil((x1 - x0) / shrink) * 3;
  for (let x = x0; x < x1; x += shrink) {
    const end = from + 3 * Math.min(shrink, x1 - x);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (; from < end; from += 3) {
      red += data[from] ?? 0;
      green += data[from + 1] ?? 0;
      blue += data[from + 2] ?? 0;
    }
    sums[to] = (sums[to] ?? 0) + red;
    sums[to + 1] = (sums[to + 1] ?? 0) + green;
    sums[to + 2] = (sums[to + 2] ?? 0) + blue;
    to += 3;
  }
}

/** Averages blocks of `shrink` x `shrink` pixels; at the right and lower edge a block has fewer. */
function readPart(picture: Raster, region: Region, shrink: number): Part {
  const { x0, y0, x1, y1 } = region;
  const width = Math.ceil((x1 - x0) / shrink);
  const height = Math.ceil((y1 - y0) / shrink);
  const data = new Float32Array(width * height * 3);
  for (let y = y0; y < y1; y += 1) addRow(picture, y, region, shrink, data);
  for (let row = 0; row < height; row += 1) {
    const rows = Math.min(shrink, y1 - y0 - row * shrink);
    for (let column = 0; column < width; column += 1) {
      const weight = 1 / (rows * Math.min(shrink, x1 - x0 - column * shrink));
      const at = (row * width + column) * 3;
      for (let i = at; i < at + 3; i += 1) data[i] = (data[i] ?? 0) * weight;
    }
  }
  return { data, width, height, shrink, x: x0, y: y0 };
}

/** Writes one bilinear sample of each output pixel; edges repeat. */
function writeLinearSamples(part: Part, toPart: Similarity, patch: Patch): void {
  const { data, width } = part;
  const { data: out, width: columns, height: rows } = patch;
  const { a: along, b: turned, tx, ty } = toPart;
  const right = width - 1;
  const bottom = part.height - 1;
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    const v = row + 0.5;
    for (let column = 0; column < columns; column += 1) {
      const u = column + 0.5;
      const x = along * u - turned * v + tx;
      const y = turned * u + along * v + ty;
      const sx = Math.min(Math.max(x, 0), right);
      const sy = Math.min(Math.max(y, 0), bottom);
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const upper = (y0 * width + x0) * 3;
      const lower = y0 < bottom ? upper + width * 3 : upper;
      const across = x0 < right ? 3 : 0;
      for (let channel = 0; channel < 3; channel += 1) {
        const a = data[upper + channel] ?? 0;
        const b = data[upper + channel + across] ?? 0;
        const c = data[lower + channel] ?? 0;
        const d = data[lower + channel + across] ?? 0;
        const top = a + (b - a) * fx;
        out[at] = top + (c + (d - c) * fx - top) * fy;
        at += 1;
      }
    }
  }
}

/** Cubic convolution (Keys, IEEE TASSP 1981, a = -1/2): weights of the four pixels around `f`. */
function cubicWeights(f: number, weights: Float64Array): void {
  weights[0] = ((-0.5 * f + 1) * f - 0.5) * f;
  weights[1] = (1.5 * f - 2.5) * f * f + 1;
  weights[2] = ((-1.5 * f + 2) * f + 0.5) * f;
  weights[3] = (0.5 * f - 0.5) * f * f;
}

/** Writes one bicubic sample of each output pixel, within 0 to 255; edges repeat. */
function writeCubicSamples(part: Part, toPart: Similarity, patch: Patch): void {
  const { data, width } = part;
  const { data: out, width: columns, height: rows } = patch;
  const { a: along, b: turned, tx, ty } = toPart;
  const right = width - 1;
  const bottom = part.height - 1;
  const wx = new Float64Array(4);
  const wy = new Float64Array(4);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = along * (column + 0.5) - turned * (row + 0.5) + tx;
      const y = turned * (column + 0.5) + along * (row + 0.5) + ty;
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      cubicWeights(x - x0, wx);
      cubicWeights(y - y0, wy);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < 4; j += 1) {
        const line = Math.min(Math.max(y0 - 1 + j, 0), bottom) * width;
        for (let i = 0; i < 4; i += 1) {
          const from = (line + Math.min(Math.max(x0 - 1 + i, 0), right)) * 3;
          const weight = (wx[i] ?? 0) * (wy[j] ?? 0);
          red += weight * (data[from] ?? 0);
          green += weight * (data[from + 1] ?? 0);
          blue += weight * (data[from + 2] ?? 0);
        }
      }
      out[at] = Math.min(Math.max(red, 0), 255);
      out[at + 1] = Math.min(Math.max(green, 0), 255);
      out[at + 2] = Math.min(Math.max(blue, 0), 255);
      at += 3;
    }
  }
}

/**
 * How a warp samples: "fast" is bilinear; "fine" is bicubic, which keeps the detail that tells
 * faces apart, for three times the time.
 */
export type Sampling = "fast" | "fine";

/**
 * Resamples a picture through a similarity. Anti-aliased: when the picture shrinks, whole blocks
 * of pixels are averaged first, so that sampling itself shrinks by 1.5 at most. Outside the picture
 * its edge repeats.
 *
 * @param toPicture takes output coordinates to the picture's, both continuous
 */
export function warp(
  picture: Raster,
  toPicture: Similarity,
  width: number,
  height: number,
  sampling: Sampling = "fast",
): Patch {
  const patch = { width, height, data: new Float32Array(width * height * 3) };
  const shrink = Math.max(1, Math.round(scaleOf(toPicture)));
  const region = regionOf(picture, toPicture, width, height, 2 * shrink);
  const part = readPart(picture, region, shrink);
  // From output coordinates to the part's, where pixel i has its centre at i.
  const toPart = {
    a: toPicture.a / shrink,
    b: toPicture.b / shrink,
    tx: (toPicture.tx - part.x) / shrink - 0.5,
    ty: (toPicture.ty - part.y) / shrink - 0.5,
  };
  if (sampling === "fine") writeCubicSamples(part, toPart, patch);
  else writeLinearSamples(part, toPart, patch);
  part.data.fill(0);
  return patch;
}
