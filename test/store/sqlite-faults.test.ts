import { spawn } from "node:child_process";
import {
  appendFile,
  chmod,
  chown,
  open,
  readdir,
  readFile,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import { aNew, aPerson, enrol, withGalleries } from "../contract/store-person-records.js";
import { inDirectory } from "./in-directory.js";

/** What the script that fills a disk reports. */
interface Report {
  readonly acknowledged: readonly string[];
  readonly code: string;
  readonly counted: number;
  readonly leftovers: readonly string[];
}

/**
 * Runs that script. A limit of the system on the size of files stands for a full disk: a write
 * beyond it fails in the same way.
 *
 * @param blocks of 512 or 1,024 bytes, as the shell has it
 */
async function fillTheDisk(
  directory: string,
  what: "insert" | "backup",
  blocks: number,
): Promise<Report> {
  const script = fileURLToPath(new URL("fill-the-disk.mjs", import.meta.url));
  const limited = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$1" "$2" "$3"`;
  const child = spawn("sh", ["-c", limited, process.execPath, script, directory, what], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout)) as Report;
}

test("when no file may grow any more writes fail as such, and what was acknowledged stays", async () => {
  await inDirectory(async (directory) => {
    const report = await fillTheDisk(directory, "insert", 6_000);
    expect(report.code).toBe("WRITE_FAILED");
    expect(report.acknowledged.length).toBeGreaterThan(0);
    expect(report.counted).toBe(report.acknowledged.length);
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    expect(await store.countPersons()).toBe(report.acknowledged.length);
    for (const personId of report.acknowledged) {
      expect(await store.listTemplatesOf(personId)).toHaveLength(1);
    }
    await enrol(store, aPerson([]));
    await store.close();
  });
});

test("a back-up that the disk has no room for fails as such, and leaves nothing", async () => {
  await inDirectory(async (directory) => {
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    await store.insertPersons(Array.from({ length: 800 }, () => aNew(aPerson([]))));
    await store.close();
    const report = await fillTheDisk(directory, "backup", 500);
    expect(report).toEqual({ acknowledged: [], code: "WRITE_FAILED", counted: 800, leftovers: [] });
  });
});

test("a page that goes bad under a running store is told as such, and what is whole reads on", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const store = await openSqliteStore({ path });
    await withGalleries(store, "g");
    await store.insertPersons(Array.from({ length: 800 }, () => aNew(aPerson(["g"]))));
    await store.close();
    const running = await openSqliteStoreInWorker({ path, checkPages: false });
    const { size } = await stat(path);
    const file = await open(path, "r+");
    // The middle of the file: rows and templates; schema and galleries come first.
    const bad = Buffer.alloc(4_096, 0xa5);
    for (let at = size / 2; at < (size * 3) / 4; at += 4_096) await file.write(bad, 0, 4_096, at);
    await file.close();
    const scan = async () => {
      for await (const batch of running.scanTemplates(100)) expect(batch.length).toBeGreaterThan(0);
    };
    await expect(scan()).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining("back-up"),
    });
    expect(await running.getGallery("g")).toMatchObject({ galleryId: "g" });
    await running.close();
    await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "CORRUPT" });
  });
});

test("a database file that may only be read is refused, and left as it is", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    await (await openSqliteStore({ path })).close();
    const before = await readFile(path);
    await chmod(path, 0o400);
    const dropped = process.getuid?.() === 0;
    // The superuser may write anything, so the test steps down for the moment.
    if (dropped) {
      for (const one of [directory, path, join(directory, "cordon.lock")]) {
        await chown(one, 65_534, 65_534);
      }
      process.seteuid?.(65_534);
    }
    try {
      await expect(openSqliteStore({ path })).rejects.toMatchObject({
        code: expect.stringMatching(/WRITE_FAILED|UNUSABLE_PATH/),
        message: expect.stringMatching(/writable|write/),
      });
    } finally {
      if (dropped) process.seteuid?.(0);
    }
    expect((await readFile(path)).equals(before)).toBe(true);
  });
});

test("a log with garbage at its end gives what was committed", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const store = await openSqliteStore({ path });
    const person = await enrol(store, aPerson([]));
    const [database, log] = [await readFile(path), await readFile(`${path}-wal`)];
    await store.close();
    // As a server leaves its files when it is killed while it writes.
    await writeFile(path, database);
    await writeFile(`${path}-wal`, log);
    await appendFile(`${path}-wal`, Buffer.alloc(10_000, 0x5a));
    const again = await openSqliteStore({ path });
    expect(await again.getPerson(person.personId)).toEqual(person);
    await again.close();
    expect(await readdir(directory)).not.toContain("cordon.db-wal");
  });
});
