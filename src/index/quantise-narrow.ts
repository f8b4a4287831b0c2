import {
  boundOf,
  largestOf,
  type QueryBound,
  quantiseRow,
  type RowNumbers,
  scaleMin,
} from "./quantise.js";

/**
 * The same bound as in quantise.ts, for kernels whose sums have 16 bits: rows are whole numbers of
 * -63 to 63, queries of 8 bits, and both only so long that no sum can overflow. Kernels add the
 * products of every eighth pair of elements, and by Cauchy and Schwarz
 *
 *     |sum of r_i q_i over a lane| <= |r| |q over the lane| <= 32767
 *
 * when |r| is at most `rowSizeMax` and each lane of the query at most 32767 / rowSizeMax. For face
 * templates |x - x'| is about 0.013 and |y - y'| about 0.02.
 */

const rowMagnitude = 63;
/** What is added to a row's numbers, so that none is below 0. */
export const rowOffset = 64;
/** Least scale of a row: so long is a row of length 1 at most, in steps of its scale. */
const rowLengthMax = 400;
const rowNumbers: RowNumbers = {
  magnitude: rowMagnitude,
  scaleMin: Math.fround(1 / rowLengthMax),
  offset: rowOffset,
};
const queryMagnitude = 127;
const sumMax = 2 ** 15 - 1;

/** Elements that are multiplied at once, and lanes that their pairs are added to. */
export const elementsAtOnce = 16;
export const laneCount = 8;

/** Elements of a quantised vector: the dimension rounded up. */
export function narrowStrideOf(dimension: number): number {
  return Math.ceil(dimension / elementsAtOnce) * elementsAtOnce;
}

/** The lane that an element is added to. */
export function laneOf(element: number): number {
  return (element % elementsAtOnce) >> 1;
}

/**
 * Quantises one row.
 * @param vector `dimension` floats, of length 1 at most
 * @param elements receives `dimension` whole numbers, each `rowOffset` more; the rest stays zero
 * @param tail receives scale and error
 */
export function quantiseRowNarrow(
  vector: Float32Array,
  elements: Int8Array,
  tail: Float32Array,
): void {
  quantiseRow(vector, elements, tail, rowNumbers);
}

/**
 * Quantises one query.
 * @param vector `dimension` floats
 * @param put takes each element's whole number
 */
export function quantiseQueryNarrow(
  vector: Float32Array,
  put: (i: number, whole: number) => void,
): QueryBound {
  const { length } = vector;
  const laneMax = laneSizeMax(length);
  const step = Math.max(
    scaleMin,
    largestOf(vector) / queryMagnitude,
    largestLaneOf(vector) / laneMax,
  );
  return boundOf(vector, step, put);
}

/** Longest part of a query in one lane, before its numbers are rounded. */
export function laneSizeMax(dimension: number): number {
  const rowSizeMax = rowLengthMax * (1 + 1e-4) + roundingOf(dimension);
  return sumMax / rowSizeMax - roundingOf(narrowStrideOf(dimension) / laneCount);
}

/** How much longer so many numbers can become by being rounded to whole ones. */
function roundingOf(numbers: number): number {
  return 0.5 * Math.sqrt(numbers);
}

function largestLaneOf(vector: Float32Array): number {
  const squares = new Float64Array(laneCount);
  for (let i = 0; i < vector.length; i += 1) {
    const lane = laneOf(i);
    squares[lane] = (squares[lane] as number) + (vector[i] as number) ** 2;
  }
  return Math.sqrt(Math.max(...squares));
}
