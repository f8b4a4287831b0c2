import { Worker } from "node:worker_threads";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError, errorText } from "../errors.js";
import { quantileOf } from "../statistics.js";
import type { BareReply, BareRequest } from "./bare-worker.js";

/**
 * The models alone: a thread for each core, each with an engine and the frames, and nothing between
 * them. What any server can reach at most.
 */
export interface BareLoop {
  /** How many faces the engine finds in each. */
  countFaces(frames: readonly Uint8Array[]): Promise<number[]>;
  /** Frames a second of all threads together. */
  saturate(frames: readonly Uint8Array[], seconds: number): Promise<number>;
  /** Time of one frame in one thread while the others rest, milliseconds, each. */
  single(frames: readonly Uint8Array[], times: number): Promise<number[]>;
  close(): Promise<void>;
}

/** @throws BenchError when the models are not prepared */
export async function startBareLoop(threads: number): Promise<BareLoop> {
  const entry = compiledEntry(import.meta.url, "bare-worker.js");
  const workers = Array.from({ length: threads }, () => new Worker(entry));
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  try {
    await Promise.all(workers.map((worker) => ask(worker, null)));
  } catch (thrown) {
    await close();
    throw new BenchError(`the models do not start: ${errorText(thrown)}`);
  }
  const [first] = workers;
  if (first === undefined) throw new BenchError("a loop needs a thread");
  return {
    async countFaces(frames) {
      return (await ask(first, { do: "faces", frames })).values;
    },
    async saturate(frames, seconds) {
      const request: BareRequest = { do: "saturate", frames, seconds };
      const replies = await Promise.all(workers.map((worker) => ask(worker, request)));
      return replies.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
    },
    async single(frames, times) {
      return (await ask(first, { do: "single", frames, times })).values;
    },
    close,
  };
}

/** The next thing that a worker says; null only waits until it is ready. */
function ask(worker: Worker, request: BareRequest | null): Promise<BareReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: BareReply) => {
      worker.off("error", onError);
      resolve(reply);
    };
    const onError = (thrown: unknown) => {
      worker.off("message", onMessage);
      reject(thrown);
    };
    worker.once("message", onMessage);
    worker.once("error", onError);
    if (request !== null) worker.postMessage(request);
  });
}

/** Frames in which the engine finds exactly one face. @throws BenchError when there is none */
export async function keepOneFaced(
  loop: BareLoop,
  frames: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const faces = await loop.countFaces(frames);
  const kept = frames.filter((_, at) => faces[at] === 1);
  if (kept.length > 0) return kept;
  throw new BenchError("in none of the frames is exactly one face; name others by --images DIR");
}

/** The middle of some times, and their tail, milliseconds. */
export function spread(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) };
}
