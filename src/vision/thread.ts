import type { Worker } from "node:worker_threads";
import type { CordonError } from "../base/errors.js";
import { errorFromData, type WorkerReply, type WorkerRequest } from "./messages.js";
import type { VisionAnswer, VisionProbe } from "./port.js";
import { wipe } from "./raster.js";

/** Makes a worker that shares this flag (one Int32: the id of the cancelled job). */
export type SpawnWorker = (cancelledJob: SharedArrayBuffer) => Worker;

/** How one job on a thread ended. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: VisionAnswer }
  | { readonly kind: "refused"; readonly error: CordonError }
  | { readonly kind: "cancelled" };

/** The host's side of one worker, which works on one probe at a time. */
export interface Thread {
  /** Resolves when it takes work; rejects with why it cannot. */
  readonly ready: Promise<void>;
  /** Resolves when the worker is gone, with what ended it. */
  readonly ended: Promise<unknown>;
  /** Rejects when the worker ends before it answers. Never called while a job runs. */
  run(probe: VisionProbe): Promise<Outcome>;
  /** The running job is wanted no more: the worker stops at its next stage. */
  cancel(): void;
  /**
   * Ends the worker once it neither starts nor works on a probe, and resolves when it is gone.
   * Never sooner: a thread that is ended while it is in native code aborts the whole process.
   */
  end(): Promise<void>;
  /** It keeps the process alive no more. */
  unref(): void;
}

interface Running {
  readonly id: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (cause: unknown) => void;
  cancelled: boolean;
}

/** Ids wrap before they leave the flag's 32 bits; 0 means that nothing is cancelled. */
const jobIdMax = 0x7fff_fffe;

function startWorker(spawn: SpawnWorker, flag: Int32Array, onReply: (reply: WorkerReply) => void) {
  const worker = spawn(flag.buffer as SharedArrayBuffer);
  let cause: unknown;
  const ready = new Promise<void>((resolve, reject) => {
    worker.on("message", (reply: WorkerReply) => {
      if (reply.kind === "ready") resolve();
      else if (reply.kind === "unfit") reject(errorFromData(reply.error));
      else onReply(reply);
    });
    worker.on("exit", (code) => reject(cause ?? new Error(`the worker ended with code ${code}`)));
  });
  // Whoever waits for `ready` hears of it; nobody has to.
  ready.catch(() => undefined);
  const ended = new Promise<unknown>((resolve) => {
    worker.on("error", (thrown) => {
      cause = thrown;
    });
    worker.on("exit", (code) => resolve(cause ?? new Error(`the worker ended with code ${code}`)));
  });
  return { worker, ready, ended };
}

export function startThread(spawn: SpawnWorker): Thread {
  const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let running: Running | null = null;
  let lastId = 0;
  let becomeIdle: () => void = () => undefined;
  let idle = Promise.resolve();

  function finish(): void {
    running = null;
    becomeIdle();
  }

  function receive(reply: Exclude<WorkerReply, { kind: "ready" | "unfit" }>): void {
    const job = running;
    if (job === null || job.id !== reply.id) return;
    finish();
    if (reply.kind !== "answer") {
      const refused = reply.kind === "refused";
      job.resolve(refused ? { kind: "refused", error: errorFromData(reply.error) } : reply);
    } else if (job.cancelled) {
      wipe(...reply.answer.faces.map(({ embedding }) => embedding));
      job.resolve({ kind: "cancelled" });
    } else {
      job.resolve({ kind: "answer", answer: reply.answer });
    }
  }

  const { worker, ready, ended } = startWorker(spawn, flag, (reply) => {
    if (reply.kind !== "ready" && reply.kind !== "unfit") receive(reply);
  });
  ended.then((cause) => {
    running?.reject(cause);
    finish();
  });

  return {
    ready,
    ended,
    run(probe) {
      lastId = (lastId % jobIdMax) + 1;
      const id = lastId;
      // One copy: the bytes may be a view of a whole message, and a retry needs them again.
      const bytes = new Uint8Array(probe.bytes);
      const request: WorkerRequest = { id, probe: { kind: probe.kind, bytes } };
      idle = new Promise((resolve) => {
        becomeIdle = resolve;
      });
      return new Promise<Outcome>((resolve, reject) => {
        running = { id, resolve, reject, cancelled: false };
        worker.postMessage(request, [bytes.buffer]);
      });
    },
    cancel() {
      if (running === null) return;
      running.cancelled = true;
      Atomics.store(flag, 0, running.id);
    },
    async end() {
      await ready.catch(() => undefined);
      await idle;
      await worker.terminate();
    },
    unref: () => worker.unref(),
  };
}
