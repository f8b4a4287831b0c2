import { parentPort, workerData } from "node:worker_threads";
import { openRows, rowsOf } from "./rows-file.js";
import type { Truth, TruthWork } from "./truth.js";

/** Compares every probe with some rows, in double precision. */
const work: TruthWork = workerData;
const { dimension } = work;
const ROWS_AT_ONCE = 256;
const probeFile = openRows(work.probesFile, work.probes, dimension);
const probes = rowsOf(probeFile.read(0, work.probes), dimension);
probeFile.close();
const rows = new Array<number>(work.probes).fill(-1);
const scores = new Array<number>(work.probes).fill(Number.NEGATIVE_INFINITY);

const gallery = openRows(work.galleryFile, work.persons, dimension);
for (let done = 0; done < work.count; done += ROWS_AT_ONCE) {
  const count = Math.min(ROWS_AT_ONCE, work.count - done);
  const values = gallery.read(work.from + done, count);
  for (const [probe, vector] of probes.entries()) {
    compare(probe, vector, values, count, work.from + done);
  }
}
gallery.close();
const truth: Truth = { rows, scores };
parentPort?.postMessage(truth);

function compare(
  probe: number,
  vector: Float32Array,
  values: Float32Array,
  count: number,
  firstRow: number,
): void {
  let best = scores[probe] as number;
  for (let row = 0; row < count; row++) {
    const start = row * dimension;
    // Four sums, so that an addition need not wait for the one before it.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < dimension; at += 4) {
      a += (vector[at] as number) * (values[start + at] as number);
      b += (vector[at + 1] as number) * (values[start + at + 1] as number);
      c += (vector[at + 2] as number) * (values[start + at + 2] as number);
      d += (vector[at + 3] as number) * (values[start + at + 3] as number);
    }
    const score = a + b + c + d;
    if (score <= best) continue;
    best = score;
    scores[probe] = score;
    rows[probe] = firstRow + row;
  }
}
