import { seededRandom } from "../random.js";

/** As much memory as the facts of ten thousand zones take up, about. */
const BYTES = 128 * 2 ** 20;
const LINE_BYTES = 64;
const NUMBERS_PER_LINE = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;
const READS = 2_000_000;

/**
 * Nanoseconds that one read of memory takes that no cache holds and no read before foretells: a walk
 * along a random cycle. A decision over many zones waits for a dozen or more of them.
 */
export function coldReadNs(): number {
  const lines = BYTES / LINE_BYTES;
  const random = seededRandom(1);
  const next = Int32Array.from({ length: lines }, (_, line) => line);
  // One cycle through all lines (Sattolo, 1986).
  for (let last = lines - 1; last > 0; last--) {
    const other = random.below(last);
    [next[last], next[other]] = [next[other] as number, next[last] as number];
  }
  const memory = new Int32Array(lines * NUMBERS_PER_LINE);
  for (const [line, following] of next.entries()) {
    memory[line * NUMBERS_PER_LINE] = following * NUMBERS_PER_LINE;
  }
  let at = 0;
  const startMs = performance.now();
  for (let read = 0; read < READS; read++) at = memory[at] as number;
  const elapsedMs = performance.now() - startMs;
  // The walk's end is used, so that it is walked.
  if (at < 0) throw new Error("the cycle left its memory");
  return (elapsedMs * 1e6) / READS;
}
