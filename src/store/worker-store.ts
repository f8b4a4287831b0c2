import { Worker } from "node:worker_threads";
import { CordonError } from "../base/errors.js";
import { workerEntry } from "../base/worker-entry.js";
import { type PackedRows, packRows, unpackScan } from "./packed-rows.js";
import type { SqliteStoreOptions } from "./sqlite-store.js";
import type { Store } from "./store.js";
import {
  type Answer,
  type Call,
  type CallName,
  changeCalls,
  receiveError,
  storeCalls,
} from "./store-calls.js";
import { StoreError } from "./store-error.js";
import { requireBatchSize, type ScannedTemplate } from "./template-scan.js";
import { type PackedChanges, type PackedStore, unpackingZones } from "./zones.js";

/** Calls that may be under way at once; the next is refused. */
export const callsMax = 20_000;

/**
 * Opens the embedded store in a thread of its own, which a server does: SQLite waits for the disk
 * in the thread that calls it, for as long as a slow disk takes, and nobody else should.
 *
 * @throws StoreError as `openSqliteStore` does
 */
export async function openSqliteStoreInWorker(options: SqliteStoreOptions): Promise<Store> {
  const thread = await startThread(options);
  const calls = Object.fromEntries(
    storeCalls.map((name) => [name, (...args: readonly unknown[]) => thread.call(name, args)]),
  ) as unknown as Omit<PackedStore, "scanTemplates" | "changing" | "close">;
  const changing: PackedStore["changing"] = (pending) =>
    Object.fromEntries(
      changeCalls.map((name) => [
        name,
        (...args: readonly unknown[]) => thread.call("change", [pending, name, args]),
      ]),
    ) as unknown as PackedChanges;
  return {
    ...calls,
    ...unpackingZones({ ...calls, changing }),
    insertPersons(persons) {
      const packed = packRows(persons);
      const inserted = thread.call("insertPersons", [packed], [packed.bytes.buffer]);
      return inserted as ReturnType<Store["insertPersons"]>;
    },
    scanTemplates(batchSize, afterSeq = 0) {
      requireBatchSize(batchSize);
      return scan(thread, batchSize, afterSeq);
    },
    close: () => thread.close(),
  };
}

interface Thread {
  /** @param handedOver buffers that the arguments hold, and that are not used here any more */
  call(
    name: CallName,
    args: readonly unknown[],
    handedOver?: readonly ArrayBuffer[],
  ): Promise<unknown>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

async function startThread(options: SqliteStoreOptions): Promise<Thread> {
  const worker = new Worker(workerEntry(import.meta.url, "store-worker.js"), {
    workerData: options,
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: StoreError | null = null;
  let closing: Promise<void> | null = null;
  const end = (error: StoreError) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", (answer: Answer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) one?.resolve(answer.value);
    else one?.reject(receiveError(answer.error));
  });
  worker.on("error", (cause) => end(threadFailed(cause)));
  worker.on("exit", () => end(threadFailed(undefined)));
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  const send: Thread["call"] = (name, args, handedOver = []) =>
    new Promise<unknown>((resolve, reject) => {
      const call: Call = { id: ++lastId, name, args };
      worker.postMessage(call, handedOver);
      waiting.set(call.id, { resolve, reject });
    });
  await new Promise<unknown>((resolve, reject) => waiting.set(0, { resolve, reject }));

  return {
    async call(name, args, handedOver) {
      if (ended !== null) throw ended;
      if (waiting.size >= callsMax) throw overloaded();
      return send(name, args, handedOver);
    },
    close() {
      if (closing !== null) return closing;
      // After an end by itself there is nothing left to close.
      const last = ended === null ? send("close", []) : Promise.resolve();
      ended ??= new StoreError("CLOSED", "The store was closed.");
      closing = last.then(() => exited);
      return closing;
    },
  };
}

/** The next batch is read while the last one is worked on. */
async function* scan(
  thread: Thread,
  batchSize: number,
  afterSeq: number,
): AsyncGenerator<readonly ScannedTemplate[]> {
  const scanId = await thread.call("scanOpen", [batchSize, afterSeq]);
  const read = () => thread.call("scanNext", [scanId]) as Promise<PackedRows | null>;
  let next = read();
  try {
    while (true) {
      const batch = await next;
      if (batch === null) return;
      next = read();
      // Where nobody asks for another batch, nobody hears of its failure either.
      next.catch(() => undefined);
      yield unpackScan(batch);
    }
  } finally {
    // Of no interest when the store was closed in the middle of the scan.
    await thread.call("scanClose", [scanId]).catch(() => undefined);
  }
}

function threadFailed(cause: unknown): StoreError {
  return new StoreError(
    "THREAD_FAILED",
    "The thread of the store ended by itself. What was acknowledged is stored; restart the " +
      "server, and look into its log for the cause.",
    cause,
  );
}

function overloaded(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${callsMax} calls wait for the store already. Try again a little later.`,
    retryAfterMs: 1_000,
  });
}
