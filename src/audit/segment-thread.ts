import { Worker } from "node:worker_threads";
import { workerEntry } from "../base/worker-entry.js";
import type { SegmentFile, SegmentFiles } from "./segments.js";

/** What the thread is asked to do. It answers in order. */
export type SegmentOrder =
  | { readonly kind: "open"; readonly path: string }
  /** Lines, one after another, of the file opened last. */
  | { readonly kind: "append"; readonly lines: Uint8Array }
  /** Closes the file opened first of those that are open. */
  | { readonly kind: "close" };

/** Why an order failed, and with it all that came after. Nothing is said of those that were done. */
export interface SegmentFailure {
  readonly message: string;
  readonly code: string | undefined;
}

/** Where the thread counts the orders that it has done. */
export const doneCell = 0;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts a thread that waits for the disk, so that the next write begins when the last one ends and
 * not when an event loop that answers queries comes to it. How far it is, is read from shared
 * memory: whoever is about to write hears of what is done without a turn of the loop.
 */
export function startSegmentThread(): SegmentFiles {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(workerEntry(import.meta.url, "segment-worker.js"), {
    workerData: shared,
  });
  worker.unref();
  /** Orders under way, the first `settled` of all there were left out. */
  const waiting: Waiting[] = [];
  let settled = 0;
  let failure: unknown = null;

  /** Resolves what is done. */
  function settle(): void {
    // Both wrap around at 2^31 alike.
    let done = (Atomics.load(shared, doneCell) - settled) | 0;
    for (; done > 0; done -= 1) {
      settled = (settled + 1) | 0;
      waiting.shift()?.resolve();
    }
    if (waiting.length === 0) worker.unref();
  }

  function fail(error: unknown): void {
    settle();
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
    worker.unref();
  }

  worker.on("message", (answer: SegmentFailure | null) => {
    if (answer === null) settle();
    else fail(Object.assign(new Error(answer.message), { code: answer.code }));
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the thread that writes the audit ended")));

  const ask = (order: SegmentOrder, handedOver: ArrayBuffer[] = []) =>
    new Promise<void>((resolve, reject) => {
      if (failure !== null) return reject(failure);
      worker.ref();
      worker.postMessage(order, handedOver);
      waiting.push({ resolve, reject });
    });

  return {
    async open(path): Promise<SegmentFile> {
      await ask({ kind: "open", path });
      return {
        append(buffers) {
          const lines = joined(buffers);
          return ask({ kind: "append", lines }, [lines.buffer]);
        },
        settle,
        async close() {
          // After a failure the thread has closed what was open.
          if (failure === null) await ask({ kind: "close" });
        },
      };
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** In memory of its own, to be handed over. */
function joined(buffers: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const lines = new Uint8Array(buffers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const buffer of buffers) {
    lines.set(buffer, at);
    at += buffer.length;
  }
  return lines;
}
