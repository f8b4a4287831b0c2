/**
 * The inner product of a query with one row, for unit vectors the cosine: the score of every
 * answer. Summed in float64 in a fixed order, rounded once to float32, and clamped: rounding can
 * leave a cosine of unit vectors a little outside -1 to 1.
 *
 * Eight sums, of every eighth product each, since that is how many a vector register takes: the
 * native kernels add in the same order and score the same bits (kernel/native/exact-score.h).
 *
 * @param queries holds the query from `query` on
 * @param vectors holds the row from `row` on
 */
export function exactScore(
  queries: Float32Array,
  query: number,
  vectors: Float32Array,
  row: number,
  dimension: number,
): number {
  const unrolled = dimension - (dimension % 8);
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  let i = 0;
  for (; i < unrolled; i += 8) {
    s0 += (vectors[row + i] as number) * (queries[query + i] as number);
    s1 += (vectors[row + i + 1] as number) * (queries[query + i + 1] as number);
    s2 += (vectors[row + i + 2] as number) * (queries[query + i + 2] as number);
    s3 += (vectors[row + i + 3] as number) * (queries[query + i + 3] as number);
    s4 += (vectors[row + i + 4] as number) * (queries[query + i + 4] as number);
    s5 += (vectors[row + i + 5] as number) * (queries[query + i + 5] as number);
    s6 += (vectors[row + i + 6] as number) * (queries[query + i + 6] as number);
    s7 += (vectors[row + i + 7] as number) * (queries[query + i + 7] as number);
  }
  const left = dimension - unrolled;
  if (left > 0) s0 += (vectors[row + i] as number) * (queries[query + i] as number);
  if (left > 1) s1 += (vectors[row + i + 1] as number) * (queries[query + i + 1] as number);
  if (left > 2) s2 += (vectors[row + i + 2] as number) * (queries[query + i + 2] as number);
  if (left > 3) s3 += (vectors[row + i + 3] as number) * (queries[query + i + 3] as number);
  if (left > 4) s4 += (vectors[row + i + 4] as number) * (queries[query + i + 4] as number);
  if (left > 5) s5 += (vectors[row + i + 5] as number) * (queries[query + i + 5] as number);
  if (left > 6) s6 += (vectors[row + i + 6] as number) * (queries[query + i + 6] as number);
  const sum = s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7));
  return Math.min(1, Math.max(-1, Math.fround(sum)));
}
