import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CordonError } from "../../src/base/errors.js";
import { StoreError } from "../../src/store/store-error.js";
import { type BackupPart, backup } from "../../src/usecases/backup.js";
import { timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const actor = { name: "test", role: "administrator", address: "127.0.0.1" } as const;
const { signal } = new AbortController();
const begin = () => backup(world.engine, world.dataDir, actor, signal)[Symbol.asyncIterator]();

async function enrol(): Promise<string> {
  const { personId } = await world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    displayName: "",
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(1)] } }],
  });
  return personId;
}

async function failureOf(parts: AsyncIterable<BackupPart>): Promise<CordonError> {
  try {
    for await (const part of parts) expect(part).toBeUndefined();
  } catch (thrown) {
    return thrown as CordonError;
  }
  throw new Error("it did not fail");
}

/** Files of the data folder, in all its folders, that hold these bytes. */
function filesWith(bytes: Uint8Array): readonly string[] {
  const names = readdirSync(world.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "cordon.lock")
    .map((entry) => join(entry.parentPath, entry.name));
  return names.filter((name) => readFileSync(name).includes(Buffer.from(bytes)));
}

it("while a back-up waits for its reader, the data folder holds nothing of who is erased", async () => {
  const personId = await enrol();
  const [template] = await world.engine.store.listTemplatesOf(personId);
  const sealed = template?.sealed ?? new Uint8Array();
  const parts = begin();
  expect((await parts.next()).value).toHaveProperty("manifest");
  await world.client.enrolment.erasePerson({ personId });
  expect(filesWith(sealed)).toEqual([]);
  expect(readdirSync(world.dataDir).filter((name) => name.startsWith("backup-"))).toEqual([]);

  // What is sent is whole all the same, as of when it began.
  const hash = createHash("sha256");
  const chunks: Uint8Array[] = [];
  for (let part: BackupPart; ; ) {
    part = (await parts.next()).value as BackupPart;
    if (!("data" in part)) {
      const sha256 = new Uint8Array(hash.digest());
      expect(part).toMatchObject({ fileEnd: { name: "cordon.db" } });
      expect("fileEnd" in part && new Uint8Array(part.fileEnd.sha256)).toEqual(sha256);
      break;
    }
    hash.update(part.data);
    chunks.push(part.data);
  }
  expect(Buffer.concat(chunks).includes(Buffer.from(sealed))).toBe(true);
  await parts.return?.();
});

it("tells beforehand how many bytes there are in all", async () => {
  await enrol();
  let [told, sent] = [0, 0];
  for await (const part of backup(world.engine, world.dataDir, actor, signal)) {
    if ("manifest" in part) told = part.manifest.totalSizeBytes;
    if ("data" in part) sent += part.data.length;
  }
  expect(told).toBeGreaterThan(4_096);
  expect(sent).toBe(told);
});

it("says what to do where the data folder cannot take the copy", async () => {
  const missing = backup(world.engine, join(world.dataDir, "gone"), actor, signal);
  const failures = [await failureOf(missing)];
  const full = new StoreError("UNUSABLE_PATH", `${world.dataDir} is full`);
  const store = { ...world.engine.store, backup: () => Promise.reject(full) };
  failures.push(await failureOf(backup({ ...world.engine, store }, world.dataDir, actor, signal)));
  for (const failure of failures) {
    expect(failure).toMatchObject({ status: "UNAVAILABLE", reason: "STORAGE_FAILED" });
    expect(failure.message).toMatch(/not begun.*free space.*run the back-up again/);
    expect(failure.message).not.toContain(world.dataDir);
  }
  expect(failures[0]?.message).toContain("there is no such file");
  expect(world.audited.map(({ act }) => act)).not.toContain("backup");
  expect(readdirSync(world.dataDir).filter((name) => name.startsWith("backup-"))).toEqual([]);
});

it.runIf(process.platform === "linux")(
  "a back-up that is broken off keeps no copy open",
  async () => {
    const parts = begin();
    await parts.next();
    const copies = () =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(join(world.dataDir, "backup-"));
        } catch {
          return false;
        }
      });
    expect(copies()).toHaveLength(1);
    await parts.return?.();
    expect(copies()).toEqual([]);
  },
);
