import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";

const script = fileURLToPath(new URL("insert-until-killed.mjs", import.meta.url));

test("what was acknowledged before a kill -9 is there, whole, and the lock is free", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
  const path = join(directory, "cordon.db");
  const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 1) {
      await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "LOCKED" });
    }
    if (acknowledged.length === 200) child.kill("SIGKILL");
  }
  await exited;
  // The last line may be cut short by the kill.
  const whole = acknowledged.filter((id) => id.length === 36);
  expect(whole.length).toBeGreaterThanOrEqual(199);
  const store = await openSqliteStore({ path });
  for (const personId of whole) {
    expect(await store.getPerson(personId)).toMatchObject({ galleryIds: ["g"] });
    expect(await store.listTemplatesOf(personId)).toHaveLength(1);
  }
  let templates = 0;
  for await (const batch of store.scanTemplates(100)) templates += batch.length;
  expect(templates).toBe(await store.countPersons());
  await store.close();
  await rm(directory, { recursive: true });
});
