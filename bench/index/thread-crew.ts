import { Worker } from "node:worker_threads";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError, errorText } from "../errors.js";

/** A part of the rows: from there, so many. */
export interface Part {
  readonly from: number;
  readonly count: number;
}

/** Cuts work into parts of about the same size, none of them empty. */
export function partsOf(count: number, parts: number): Part[] {
  const size = Math.ceil(count / parts);
  return Array.from({ length: Math.ceil(count / size) }, (_, at) => ({
    from: at * size,
    count: Math.min(size, count - at * size),
  }));
}

/**
 * Runs one compiled worker for each piece of work, all at once, and gathers what each posts.
 *
 * @param file relative to the caller, as for `compiledEntry`
 * @throws BenchError when one fails
 */
export function runThreads<Answer>(
  moduleUrl: string,
  file: string,
  work: readonly object[],
  signal: AbortSignal,
): Promise<Answer[]> {
  const entry = compiledEntry(moduleUrl, file);
  const running = work.map((workerData) => {
    const worker = new Worker(entry, { workerData });
    const stop = () => void worker.terminate();
    signal.addEventListener("abort", stop, { once: true });
    return new Promise<Answer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", (thrown) => reject(new BenchError(errorText(thrown))));
      worker.once("exit", () => reject(new BenchError("a thread of the bench ended")));
    }).finally(() => signal.removeEventListener("abort", stop));
  });
  return Promise.all(running);
}
