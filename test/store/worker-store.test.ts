import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { Store } from "../../src/store/store.js";
import { storeCalls } from "../../src/store/store-calls.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import { storeContract } from "../contract/store.js";
import { aPerson, enrol } from "../contract/store-person-records.js";
import { inDirectory } from "./in-directory.js";

storeContract("SQLite in a thread", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
  return {
    open: () => openSqliteStoreInWorker({ path: join(directory, "cordon.db") }),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
});

test("every call of the store crosses to the thread", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const store = await openSqliteStore({ path });
    const methods = Object.keys(store).sort();
    await store.close();
    expect([...storeCalls, "changing", "scanTemplates", "close"].sort()).toEqual(methods);
  });
});

test("an opening that is refused in the thread is refused outside with its code", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const store = await openSqliteStoreInWorker({ path });
    await expect(openSqliteStoreInWorker({ path })).rejects.toMatchObject({ code: "LOCKED" });
    await store.close();
    await (await openSqliteStoreInWorker({ path })).close();
  });
});

test("a scan that is left early, or whose store is closed meanwhile, ends in order", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const store = await openSqliteStoreInWorker({ path });
    await insertSome(store, 10);
    for await (const batch of store.scanTemplates(2)) {
      expect(batch).toHaveLength(2);
      break;
    }
    const rest = async () => {
      for await (const batch of store.scanTemplates(2)) {
        expect(batch).toHaveLength(2);
        await store.close();
      }
    };
    await expect(rest()).rejects.toMatchObject({ code: "CLOSED" });
  });
});

async function insertSome(store: Store, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await enrol(store, aPerson([]));
}
