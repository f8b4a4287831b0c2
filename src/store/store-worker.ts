import { parentPort, workerData } from "node:worker_threads";
import type { PendingRecord } from "./audit-records.js";
import { type PackedRows, packScan, unpackRows } from "./packed-rows.js";
import { openPackedSqliteStore, type SqliteStoreOptions } from "./sqlite-store.js";
import { type Answer, type Call, changeCalls, sendError, storeCalls } from "./store-calls.js";
import type { ScannedTemplate } from "./template-scan.js";
import type { PackedStore } from "./zones.js";

/** The thread of the store: opens it, answers calls, and ends when the store is closed. */
const port = parentPort;
if (port === null) throw new Error("This file is the entry of a worker thread.");

const answer = (message: Answer) => port.postMessage(message, handedOver(message));

openPackedSqliteStore(workerData as SqliteStoreOptions).then(
  (store) => {
    const run = caller(store);
    port.on("message", (call: Call) => {
      run(call)
        .then((value) => answer({ id: call.id, ok: true, value }))
        .catch((thrown: unknown) => answer({ id: call.id, ok: false, error: sendError(thrown) }))
        .finally(() => {
          if (call.name === "close") port.close();
        });
    });
    answer({ id: 0, ok: true, value: null });
  },
  (thrown: unknown) => {
    answer({ id: 0, ok: false, error: sendError(thrown) });
    port.close();
  },
);

/** Does one call at a time as it comes; calls overlap where they wait. */
function caller(store: PackedStore): (call: Call) => Promise<unknown> {
  const scans = new Map<number, AsyncIterator<readonly ScannedTemplate[]>>();
  const plain = store as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  const known: ReadonlySet<string> = new Set([...storeCalls, "close"]);
  return async ({ id, name, args }) => {
    if (name === "scanOpen") {
      scans.set(id, store.scanTemplates(Number(args[0]), Number(args[1]))[Symbol.asyncIterator]());
      return id;
    }
    if (name === "scanNext") {
      const next = await scans.get(Number(args[0]))?.next();
      return next === undefined || next.done ? null : packScan(next.value);
    }
    if (name === "scanClose") return scans.delete(Number(args[0]));
    if (name === "insertPersons") return store.insertPersons(unpackRows(args[0] as PackedRows));
    if (name === "change") return change(store, args);
    if (!known.has(name)) throw new Error(`The store has no call "${name}".`);
    return plain[name]?.(...args);
  };
}

/** @param args what the audit is to say, the name of the change, and its arguments */
function change(store: PackedStore, args: readonly unknown[]): unknown {
  const [pending, name, own] = args as [PendingRecord, string, readonly unknown[]];
  if (!changeCalls.some((known) => known === name)) {
    throw new Error(`The store has no change "${name}".`);
  }
  const changes = store.changing(pending) as unknown as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >;
  return changes[name]?.(...own);
}

/** The block of bytes of packed rows needs no copy on its way. */
function handedOver(message: Answer): readonly ArrayBuffer[] {
  if (!message.ok || typeof message.value !== "object" || message.value === null) return [];
  const { bytes } = message.value as Partial<PackedRows>;
  return bytes instanceof Uint8Array ? [bytes.buffer] : [];
}
