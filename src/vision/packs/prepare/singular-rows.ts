/** Sweeps over all pairs before the iteration is called stuck; it settles in about ten. */
const sweepsMax = 60;
/** Rows count as orthogonal below this cosine: finer than float32, which the result is kept in. */
const cosineMax = 1e-10;
/** Rows shorter than this share of the longest are rounding noise. */
const relativeLengthMin = 1e-13;

/**
 * Rotates the rows of a matrix A (`rows` x `columns`, row-major) in place until they are
 * orthogonal: A becomes U'A = S V', the left singular vectors applied. Rows then come in order
 * of falling length, which is the singular value. One-sided Jacobi (Hestenes 1958; Golub and
 * Van Loan, Matrix Computations, section 8.6.3).
 *
 * Only +, -, x, / and square root: every machine gets the same bits.
 *
 * @returns the singular values, falling
 * @throws Error when the length is wrong, a value is not finite, or it does not settle
 */
export function singularRows(a: Float64Array, rows: number, columns: number): Float64Array {
  if (a.length !== rows * columns) {
    throw new Error(`a ${rows} x ${columns} matrix cannot have ${a.length} values`);
  }
  if (!a.every(Number.isFinite)) throw new Error("the matrix has a value that is not finite");
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    // Longest first: the iteration settles in fewer sweeps, and the last sort is the answer's.
    const lengths = sortRows(a, rows, columns);
    if (!rotateAllPairs(a, rows, columns)) return lengths;
  }
  throw new Error(`the rows are not orthogonal after ${sweepsMax} sweeps`);
}

/** One sweep; true when it rotated anything. */
function rotateAllPairs(a: Float64Array, rows: number, columns: number): boolean {
  const squares = new Float64Array(rows);
  let longest = 0;
  for (let i = 0; i < rows; i++) {
    const square = dot(a, i * columns, i * columns, columns);
    squares[i] = square;
    longest = Math.max(longest, square);
  }
  const floor = longest * relativeLengthMin * relativeLengthMin;
  let rotated = false;
  for (let p = 0; p < rows - 1; p++) {
    for (let q = p + 1; q < rows; q++) {
      const pp = squares[p] ?? 0;
      const qq = squares[q] ?? 0;
      if (pp <= floor || qq <= floor) continue;
      const pq = dot(a, p * columns, q * columns, columns);
      if (Math.abs(pq) <= cosineMax * Math.sqrt(pp) * Math.sqrt(qq)) continue;
      const tangent = rotationTangent(pp, qq, pq);
      rotate(a, p * columns, q * columns, columns, tangent);
      squares[p] = pp - tangent * pq;
      squares[q] = qq + tangent * pq;
      rotated = true;
    }
  }
  return rotated;
}

/** Tangent of the smaller angle that makes two rows with these products orthogonal. */
function rotationTangent(pp: number, qq: number, pq: number): number {
  const zeta = (qq - pp) / (2 * pq);
  const root = Math.sqrt(1 + zeta * zeta);
  return zeta >= 0 ? 1 / (zeta + root) : 1 / (zeta - root);
}

function rotate(a: Float64Array, p: number, q: number, columns: number, tangent: number): void {
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let k = 0; k < columns; k++) {
    const x = a[p + k] ?? 0;
    const y = a[q + k] ?? 0;
    a[p + k] = cosine * x - sine * y;
    a[q + k] = sine * x + cosine * y;
  }
}

function dot(a: Float64Array, p: number, q: number, columns: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += (a[p + k] ?? 0) * (a[q + k] ?? 0);
  return sum;
}

function sortRows(a: Float64Array, rows: number, columns: number): Float64Array {
  const lengths = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    lengths[i] = Math.sqrt(dot(a, i * columns, i * columns, columns));
  }
  const order = Array.from(lengths.keys());
  order.sort((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0) || i - j);
  const copy = a.slice();
  for (const [to, from] of order.entries()) {
    a.set(copy.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return lengths.sort().reverse();
}
