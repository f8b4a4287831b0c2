import { createFacts } from "../../src/compliance/facts.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import { loadFacts } from "../../src/usecases/load.js";

/**
 * A process of its own, since a server starts with an empty heap: loads the facts from the
 * database that its argument names, and writes the milliseconds to stdout.
 */
const [, , path] = process.argv;
if (path === undefined) throw new Error("name the database");
const store = await openSqliteStoreInWorker({ path });
try {
  const startMs = performance.now();
  await loadFacts(store, createFacts());
  process.stdout.write(String(performance.now() - startMs));
} finally {
  await store.close();
}
