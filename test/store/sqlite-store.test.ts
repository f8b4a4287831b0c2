import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { storeContract } from "../contract/store.js";

storeContract("SQLite", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
  return {
    open: () => openSqliteStore({ path: join(directory, "cordon.db") }),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
});
