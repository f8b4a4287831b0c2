import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { quantileOf } from "./statistics.js";

/** How much a fixed piece of work varied: what a difference must exceed to mean anything. */
export interface Noise {
  /** Median time of the work in one thread, milliseconds. */
  readonly aloneMs: number;
  /** Of it: how much longer the slowest tenth took than the quickest tenth. 0.1 is 10 %. */
  readonly spread: number;
  /** Median time of the same work when every core runs it at once, milliseconds. */
  readonly togetherMs: number;
}

/** Pieces of work, some ten milliseconds each. */
const PIECES = 25;

/** Runs in a worker: multiplies numbers that stay in the first cache. */
const program = `
  const { parentPort } = require("node:worker_threads");
  const values = new Float32Array(2048).fill(1.0001);
  function work() {
    let sum = 0;
    for (let round = 0; round < 4000; round++)
      for (let at = 0; at < values.length; at++) sum += values[at] * values[at];
    return sum;
  }
  for (let round = 0; round < 5; round++) work();
  parentPort.on("message", () => {
    const times = [];
    for (let piece = 0; piece < ${PIECES}; piece++) {
      const started = performance.now();
      work();
      times.push(performance.now() - started);
    }
    parentPort.postMessage(times);
  });
`;

/** Takes about a second. */
export async function measureNoise(): Promise<Noise> {
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(program, { eval: true }),
  );
  try {
    const alone = await timesOf(workers.slice(0, 1));
    const together = await timesOf(workers);
    const aloneMs = quantileOf(alone, 0.5);
    const spread = quantileOf(alone, 0.9) / quantileOf(alone, 0.1) - 1;
    return { aloneMs, spread, togetherMs: quantileOf(together, 0.5) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function timesOf(workers: readonly Worker[]): Promise<number[]> {
  const lists = workers.map(
    (worker) =>
      new Promise<number[]>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
        worker.postMessage("work");
      }),
  );
  return (await Promise.all(lists)).flat();
}

/** For a table's caption. */
export function noiseText({ aloneMs, spread, togetherMs }: Noise): string {
  const slower = togetherMs / aloneMs;
  return `a fixed piece of work varied by ${Math.round(spread * 100)} % and took ${slower.toFixed(2)} times as long with all cores at once`;
}
