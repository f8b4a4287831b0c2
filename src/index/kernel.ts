/**
 * The inner loop of every exact search: inner products of one query with consecutive rows. For
 * unit vectors that is the cosine. Kept apart, and free of any bookkeeping, so that another
 * kernel (SIMD, 8-bit with re-scoring) can take its place.
 *
 * Four rows at a time, so that each element of the query is loaded once for four products, with
 * one accumulator per row. Sums are float64 and rounded once, so that a score does not depend on
 * which path of the kernel computed it beyond the last bit of a float32.
 *
 * @param vectors rows of `dimension` floats each, the first row at offset 0
 * @param firstRow first row to score
 * @param rowCount rows to score
 * @param query `dimension` floats (float64 spares a conversion per product)
 * @param scores receives `rowCount` scores from offset 0
 */
export function scoreRows(
  vectors: Float32Array,
  dimension: number,
  firstRow: number,
  rowCount: number,
  query: Float64Array,
  scores: Float32Array,
): void {
  const blocked = rowCount - (rowCount % 4);
  const unrolled = dimension - (dimension % 4);
  for (let row = 0; row < blocked; row += 4) {
    let a = (firstRow + row) * dimension;
    let b = a + dimension;
    let c = b + dimension;
    let d = c + dimension;
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    for (let i = 0; i < unrolled; i += 4) {
      const w = query[i] as number;
      const x = query[i + 1] as number;
      const y = query[i + 2] as number;
      const z = query[i + 3] as number;
      sumA +=
        (vectors[a] as number) * w +
        (vectors[a + 1] as number) * x +
        (vectors[a + 2] as number) * y;
      sumA += (vectors[a + 3] as number) * z;
      sumB +=
        (vectors[b] as number) * w +
        (vectors[b + 1] as number) * x +
        (vectors[b + 2] as number) * y;
      sumB += (vectors[b + 3] as number) * z;
      sumC +=
        (vectors[c] as number) * w +
        (vectors[c + 1] as number) * x +
        (vectors[c + 2] as number) * y;
      sumC += (vectors[c + 3] as number) * z;
      sumD +=
        (vectors[d] as number) * w +
        (vectors[d + 1] as number) * x +
        (vectors[d + 2] as number) * y;
      sumD += (vectors[d + 3] as number) * z;
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    }
    for (let i = unrolled; i < dimension; i += 1) {
      const w = query[i] as number;
      sumA += (vectors[a++] as number) * w;
      sumB += (vectors[b++] as number) * w;
      sumC += (vectors[c++] as number) * w;
      sumD += (vectors[d++] as number) * w;
    }
    scores[row] = sumA;
    scores[row + 1] = sumB;
    scores[row + 2] = sumC;
    scores[row + 3] = sumD;
  }
  for (let row = blocked; row < rowCount; row += 1) {
    scores[row] = scoreRow(vectors, dimension, firstRow + row, query);
  }
}

/** The inner product of the query with one row, summed in the order of `scoreRows`. */
export function scoreRow(
  vectors: Float32Array,
  dimension: number,
  row: number,
  query: Float64Array,
): number {
  const unrolled = dimension - (dimension % 4);
  let offset = row * dimension;
  let sum = 0;
  for (let i = 0; i < unrolled; i += 4) {
    sum +=
      (vectors[offset] as number) * (query[i] as number) +
      (vectors[offset + 1] as number) * (query[i + 1] as number) +
      (vectors[offset + 2] as number) * (query[i + 2] as number);
    sum += (vectors[offset + 3] as number) * (query[i + 3] as number);
    offset += 4;
  }
  for (let i = unrolled; i < dimension; i += 1)
    sum += (vectors[offset++] as number) * (query[i] as number);
  return Math.fround(sum);
}
