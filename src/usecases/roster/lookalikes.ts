import type { SeenFace } from "../probe.js";

/** The faces of one run that were accepted so far, to compare the next ones with. */
export interface Lookalikes<Key> {
  add(key: Key, faces: readonly SeenFace[]): void;
  /** Whose faces one of these looks like, each with the best cosine, from `threshold` on. */
  find(faces: readonly SeenFace[], threshold: number): ReadonlyMap<Key, number>;
  /** Zeroes them. */
  wipe(): void;
}

/** Rows scored at once, so that each number of a face is read once for as many products. */
const ROWS = 4;

/**
 * Packed, and compared in blocks: this is the part of an enrolment that grows with the square of
 * those who wait.
 * @param facesMax faces that will be added at most
 */
export function createLookalikes<Key>(dimension: number, facesMax: number): Lookalikes<Key> {
  // Whole blocks: rows beyond the last are zero, and like nobody.
  const rows = new Float32Array(Math.ceil(facesMax / ROWS) * ROWS * dimension);
  const keys: Key[] = [];
  const scores = new Float64Array(ROWS);

  function score(face: Float32Array, block: number): void {
    let a = block * ROWS * dimension;
    let b = a + dimension;
    let c = b + dimension;
    let d = c + dimension;
    let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
    for (let at = 0; at < dimension; at += 1) {
      const value = face[at] as number;
      sumA += value * (rows[a++] as number);
      sumB += value * (rows[b++] as number);
      sumC += value * (rows[c++] as number);
      sumD += value * (rows[d++] as number);
    }
    scores[0] = sumA;
    scores[1] = sumB;
    scores[2] = sumC;
    scores[3] = sumD;
  }

  return {
    add(key, faces) {
      for (const { embedding } of faces) {
        rows.set(embedding, keys.length * dimension);
        keys.push(key);
      }
    },
    find(faces, threshold) {
      const found = new Map<Key, number>();
      for (const { embedding } of faces) {
        for (let block = 0; block * ROWS < keys.length; block += 1) {
          score(embedding, block);
          for (let row = 0; row < ROWS; row += 1) {
            const cosine = scores[row] as number;
            const key = keys[block * ROWS + row];
            if (cosine < threshold || key === undefined) continue;
            found.set(key, Math.max(cosine, found.get(key) ?? -1));
          }
        }
      }
      return found;
    },
    wipe: () => void rows.fill(0),
  };
}
