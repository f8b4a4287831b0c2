/**
 * Vectors as small whole numbers, and how far that can be from the truth.
 *
 * A row x of a gallery is kept as x' = scale * r, with r whole numbers of -127 to 127, a query y
 * is searched as y' = step * q, with q of 16 bits. The exact cosine is then bounded:
 *
 *     x.y = x'.y' + (x - x').y + x'.(y - y')
 *        <= scale * step * (r.q) + |x - x'| * |y| + |x'| * |y - y'|            (Cauchy, Schwarz)
 *        <= scale * step * (r.q) + |x - x'| * (|y| + |y - y'|) + |x| * |y - y'|
 *
 * Divided by the step: a row can reach the score `floor` only if
 *
 *     scale * (r.q) + error * reach >= cutoff
 *
 * where error = |x - x'| belongs to the row, reach = (|y| + |y - y'|) / step and
 * cutoff = (floor - rowLengthMax * |y - y'| - slack) / step to the query. What fails this need not
 * be scored exactly, so that a search which scores the others exactly answers as if it had scored
 * all. For face templates |x - x'| is about 0.009, a tenth of the impostors' standard deviation:
 * a search for 5 of 100,000 persons scores about 100 rows exactly.
 */

const rowMagnitude = 127;
/** Of vectors of zeros, and of vectors so small that dividing by their scale would mean nothing. */
export const scaleMin = 2 ** -60;
/** Longest row: the host normalises what it takes to within a millionth (check.ts). */
const rowLengthMax = 1 + 1e-5;
/**
 * More than all roundings between the bound and an exact score: of |score| up to 2 four roundings
 * to float32 each in the kernel (at most 2^-23 each), one of the cutoff and one of the exact score,
 * and 2e-6 by which cosines of vectors that are almost of length 1 are clamped to -1 to 1.
 */
const slack = 2 ** -18;
/** The row's error is rounded up by more than float64 sums and float32 can lose. */
const upward = 1 + 2 ** -20;

/** Elements of a quantised vector: the dimension rounded up, zeros behind. */
export function strideOf(dimension: number): number {
  return Math.ceil(dimension / 8) * 8;
}

/** Which whole numbers a row is kept in. */
export interface RowNumbers {
  /** The largest; the least is its negative. */
  readonly magnitude: number;
  readonly scaleMin: number;
  /** What each is kept with besides. */
  readonly offset: number;
}

const rowNumbers: RowNumbers = { magnitude: rowMagnitude, scaleMin, offset: 0 };

/**
 * Quantises one row.
 * @param vector `dimension` floats, length at most `rowLengthMax`
 * @param elements receives `dimension` whole numbers; what lies behind them stays zero
 * @param tail receives scale and error
 */
export function quantiseRow(
  vector: Float32Array,
  elements: Int8Array,
  tail: Float32Array,
  { magnitude, scaleMin: least, offset } = rowNumbers,
): void {
  const scale = Math.max(least, Math.fround(largestOf(vector) / magnitude));
  let squares = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const value = vector[i] as number;
    // Within the magnitude but for a rounding of the scale.
    let whole = Math.round(value / scale);
    if (whole > magnitude) whole = magnitude;
    else if (whole < -magnitude) whole = -magnitude;
    elements[i] = whole + offset;
    squares += (value - scale * whole) ** 2;
  }
  tail[0] = scale;
  tail[1] = Math.sqrt(squares) * upward;
}

/** What the bound needs of one query. */
export interface QueryBound {
  readonly step: number;
  /** |y - y'| */
  readonly error: number;
  readonly reach: number;
}

/**
 * Quantises one query.
 * @param vector `dimension` floats
 * @param put takes each element's whole number
 */
export function quantiseQuery(
  vector: Float32Array,
  put: (i: number, whole: number) => void,
): QueryBound {
  const magnitude = queryMagnitude(vector.length);
  return boundOf(vector, Math.max(scaleMin, largestOf(vector) / magnitude), put);
}

/** Rounds a query to whole steps, and says how far that is from it. */
export function boundOf(
  vector: Float32Array,
  step: number,
  put: (i: number, whole: number) => void,
): QueryBound {
  let lengthSquares = 0;
  let errorSquares = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const value = vector[i] as number;
    const whole = Math.round(value / step);
    put(i, whole);
    lengthSquares += value * value;
    errorSquares += (value - step * whole) ** 2;
  }
  const error = Math.sqrt(errorSquares) * upward;
  return { step, error, reach: ((Math.sqrt(lengthSquares) + error) * upward) / step };
}

/** What a row's bound must reach for its score to be able to reach `floor`. */
export function cutoffOf({ step, error }: QueryBound, floor: number): number {
  return (floor - rowLengthMax * error - slack) / step;
}

/** Largest element of a query: 16 bits, and sums of products that fit 32. */
export function queryMagnitude(dimension: number): number {
  const sumMax = 2 ** 31 - 1;
  return Math.min(2 ** 15 - 1, Math.floor(sumMax / (rowMagnitude * strideOf(dimension))));
}

export function largestOf(vector: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const size = Math.abs(vector[i] as number);
    if (size > largest) largest = size;
  }
  return largest;
}
