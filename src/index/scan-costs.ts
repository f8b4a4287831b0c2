import { createProbeDraw } from "./probes.js";
import type { Task } from "./task.js";
import { type Scanned, trueBest } from "./true-best.js";

/** Rows that are scanned to see what a row costs. */
const scannedMax = 65_536;
/** An odd number of times, so that a moment at which others had the machine does not decide. */
const repetitions = 9;

/** Measures, with made-up queries, the kinds of scan that no search has shown the cost of. */
export function* measureScans(scanned: Scanned, uniform: () => number): Task<void> {
  const { rows, costs } = scanned;
  const probes = createProbeDraw(rows, uniform);
  for (const count of costs.unmeasuredScans) {
    const queries = new Float32Array(count * rows.dimension);
    try {
      for (let i = 0; i < count; i += 1) {
        probes.draw(queries.subarray(i * rows.dimension, (i + 1) * rows.dimension), rows.count);
      }
      for (let i = 0; i < repetitions; i += 1) {
        yield* trueBest(scanned, queries, count, scannedMax);
      }
    } finally {
      queries.fill(0);
    }
  }
}
