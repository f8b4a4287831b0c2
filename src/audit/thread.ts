import { type Transferable, Worker } from "node:worker_threads";
import { abortError } from "../base/errors.js";
import { workerEntry } from "../base/worker-entry.js";
import { AuditError } from "./audit-error.js";
import type { Job, JobAnswer, JobKind, Jobs } from "./jobs.js";

/**
 * Does a job in a thread of its own, which ends with it.
 *
 * @param transfer buffers of the order that are given away
 * @throws CordonError when the signal is aborted, and the thread is ended; what the job throws
 */
export async function runInThread<K extends JobKind>(
  kind: K,
  order: Jobs[K]["order"],
  { signal, transfer = [] }: { signal?: AbortSignal; transfer?: readonly Transferable[] } = {},
): Promise<Jobs[K]["result"]> {
  if (signal?.aborted === true) throw abortError(signal);
  const job = { kind, ...order } as unknown as Job;
  const worker = new Worker(workerEntry(import.meta.url, "worker.js"), {
    workerData: job,
    transferList: [...transfer],
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    void worker.terminate();
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await new Promise<JobAnswer | null>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => resolve(null));
    });
    if (stopped && signal !== undefined) throw abortError(signal);
    if (answer === null) throw new Error(`the audit's ${kind} ended without an answer`);
    // Each kind of job answers with its own type (jobs.ts).
    if (answer.ok) return answer.result as Jobs[K]["result"];
    throw answer.code === null
      ? new Error(answer.message)
      : new AuditError(answer.code, answer.message);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
