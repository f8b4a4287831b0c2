import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError, errorText } from "../errors.js";
import type { AcquiredImage, Acquirer, EngineIdentity } from "./acquired.js";
import type { WorkerReply, WorkerRequest, WorkerSetup } from "./worker-messages.js";

interface Job {
  readonly bytes: Uint8Array<ArrayBuffer>;
  resolve(image: AcquiredImage): void;
  reject(reason: Error): void;
}

interface Lane {
  readonly worker: Worker;
  job: Job | null;
}

/**
 * Starts worker threads with an engine each, and returns when all have loaded their models.
 *
 * @param count 1 or more
 * @throws BenchError when an engine cannot be made
 */
export async function startWorkers(
  setup: WorkerSetup,
  identity: EngineIdentity,
  count: number,
): Promise<Acquirer> {
  const entry = compiledEntry(import.meta.url, "worker.js");
  const lanes: Lane[] = Array.from({ length: count }, () => ({
    worker: new Worker(entry, { workerData: setup }),
    job: null,
  }));
  try {
    await Promise.all(lanes.map(({ worker }) => once(worker, "message")));
  } catch (thrown) {
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
    throw new BenchError(`the vision engine does not start: ${errorText(thrown)}`);
  }
  return new WorkerPool(lanes, identity);
}

/** Deals images to the workers, one each at a time. A worker that dies fails the bench. */
class WorkerPool implements Acquirer {
  readonly identity: EngineIdentity;
  readonly parallel: number;
  readonly #lanes: readonly Lane[];
  readonly #waiting: Job[] = [];
  #broken: Error | null = null;
  #closing = false;

  constructor(lanes: readonly Lane[], identity: EngineIdentity) {
    this.identity = identity;
    this.parallel = lanes.length;
    this.#lanes = lanes;
    for (const lane of lanes) {
      lane.worker.on("message", (reply: WorkerReply) => this.#settle(lane, reply));
      lane.worker.on("error", (thrown) => this.#fail(errorText(thrown)));
      lane.worker.on("exit", (code) => this.#fail(`a vision worker ended with code ${code}`));
    }
  }

  acquire(bytes: Uint8Array<ArrayBuffer>): Promise<AcquiredImage> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#deal();
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }

  #deal(): void {
    for (const [id, lane] of this.#lanes.entries()) {
      if (lane.job !== null) continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      lane.job = job;
      const request: WorkerRequest = { id, bytes: job.bytes };
      lane.worker.postMessage(request, [job.bytes.buffer]);
    }
  }

  #settle(lane: Lane, reply: WorkerReply): void {
    const { job } = lane;
    if (job === null || reply.kind === "ready") return;
    lane.job = null;
    if (reply.kind === "done") job.resolve(reply.image);
    else job.reject(new BenchError(`the vision engine failed: ${reply.message}`));
    this.#deal();
  }

  #fail(message: string): void {
    if (this.#closing) return;
    this.#broken ??= new BenchError(message);
    const jobs = [...this.#lanes.map(({ job }) => job), ...this.#waiting.splice(0)];
    for (const job of jobs) job?.reject(this.#broken);
  }
}
