import { seededRandom } from "../random.js";

/** Of the default model pack. */
export const DIMENSION = 160;

/** Draws unit vectors that are nobody's: no two of them look alike. */
export function createDrawer(seed: number): () => number[] {
  const random = seededRandom(seed);
  return () => {
    const values: number[] = [];
    let squares = 0;
    for (let at = 0; at < DIMENSION; at += 1) {
      const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
      const value = radius * Math.cos(2 * Math.PI * random.next());
      values.push(value);
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    return values.map((value) => Math.fround(value / norm));
  };
}
