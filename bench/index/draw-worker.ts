import { closeSync, openSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { createFaceDrawer, DIMENSION } from "../gallery/draw.js";
import type { DrawWork } from "./files.js";

/** Draws some persons into their places in the file. */
const { seed, path, from, count }: DrawWork = workerData;
const ROWS_AT_ONCE = 4_096;
const faces = createFaceDrawer(seed);
const file = openSync(path, "r+");
const values = new Float32Array(ROWS_AT_ONCE * DIMENSION);
for (let done = 0; done < count; done += ROWS_AT_ONCE) {
  const rows = Math.min(ROWS_AT_ONCE, count - done);
  for (let row = 0; row < rows; row++) {
    const into = values.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    faces.enrolled(from + done + row, into);
  }
  const bytes = new Uint8Array(values.buffer, 0, rows * DIMENSION * 4);
  writeSync(file, bytes, 0, bytes.length, (from + done) * DIMENSION * 4);
}
closeSync(file);
parentPort?.postMessage(count);
