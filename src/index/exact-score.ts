/**
 * The inner product of a query with one row, for unit vectors the cosine: the score of every
 * answer. Summed in float64 in a fixed order, rounded once to float32, and clamped: rounding can
 * leave a cosine of unit vectors a little outside -1 to 1.
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
  const unrolled = dimension - (dimension % 4);
  let sum = 0;
  let i = 0;
  for (; i < unrolled; i += 4) {
    sum +=
      (vectors[row + i] as number) * (queries[query + i] as number) +
      (vectors[row + i + 1] as number) * (queries[query + i + 1] as number) +
      (vectors[row + i + 2] as number) * (queries[query + i + 2] as number) +
      (vectors[row + i + 3] as number) * (queries[query + i + 3] as number);
  }
  for (; i < dimension; i += 1) {
    sum += (vectors[row + i] as number) * (queries[query + i] as number);
  }
  return Math.min(1, Math.max(-1, Math.fround(sum)));
}
