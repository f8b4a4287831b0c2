import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { aNew, aPerson, withGalleries } from "../contract/store-person-records.js";
import { aZone } from "../contract/store-records.js";

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
  path = join(directory, "data", "cordon.db");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("the data directory is made with mode 0700 and every file in it with mode 0600", async () => {
  const store = await openSqliteStore({ path });
  await store.insertZone(aZone("a"));
  expect((await stat(join(directory, "data"))).mode & 0o777).toBe(0o700);
  for (const suffix of ["", "-wal", "-shm"]) {
    expect((await stat(`${path}${suffix}`)).mode & 0o777).toBe(0o600);
  }
  await store.close();
});

test("a database file that others may read is closed to them at open", async () => {
  await (await openSqliteStore({ path })).close();
  await chmod(path, 0o644);
  await (await openSqliteStore({ path })).close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a data directory that others may enter is refused", async () => {
  await mkdir(join(directory, "data"), { mode: 0o700 });
  await chmod(join(directory, "data"), 0o755);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: "UNSAFE_PERMISSIONS",
    message: expect.stringContaining("chmod 700"),
  });
});

test("a second server on one data directory is refused by its name, until the first ends", async () => {
  const first = await openSqliteStore({ path });
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: "LOCKED",
    message: expect.stringContaining(join(directory, "data")),
  });
  const other = join(directory, "data", "other.db");
  await expect(openSqliteStore({ path: other })).rejects.toMatchObject({ code: "LOCKED" });
  await first.close();
  await (await openSqliteStore({ path })).close();
});

test("a database of a newer schema is refused and left as it is", async () => {
  await (await openSqliteStore({ path })).close();
  setVersion(path, 999);
  const before = await readFile(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: "NEWER_SCHEMA",
    message: expect.stringContaining("999"),
  });
  expect((await readFile(path)).equals(before)).toBe(true);
});

test("a file that is no database is refused and left as it is", async () => {
  await mkdir(join(directory, "data"), { mode: 0o700 });
  await writeFile(path, "a letter to a friend\n".repeat(500), { mode: 0o600 });
  const before = await readFile(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "FOREIGN_FILE" });
  expect((await readFile(path)).equals(before)).toBe(true);
});

test("the database of another program is refused and left as it is", async () => {
  await mkdir(join(directory, "data"), { mode: 0o700 });
  const other = new SqliteDatabase(path);
  other.exec("CREATE TABLE songs (title TEXT)");
  other.close();
  const before = await readFile(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "FOREIGN_FILE" });
  expect((await readFile(path)).equals(before)).toBe(true);
});

test("a database with a damaged page is refused at open", async () => {
  const store = await openSqliteStore({ path });
  await withGalleries(store, "g");
  await store.insertPersons(Array.from({ length: 50 }, () => aNew(aPerson(["g"]))));
  await store.close();
  const bytes = await readFile(path);
  bytes.fill(0xa5, 5 * 4096, bytes.length - 4096);
  await writeFile(path, bytes);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "CORRUPT" });
});

test("a database cut short is refused at open", async () => {
  const store = await openSqliteStore({ path });
  for (let at = 0; at < 50; at++) await store.insertZone(aZone(`zone-${at}`));
  await store.close();
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 3 * 4096));
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: "CORRUPT" });
});

test("a record altered in the database is refused when it is read", async () => {
  const store = await openSqliteStore({ path });
  await store.insertZone(aZone("a"));
  await store.insertZone(aZone("b"));
  await store.close();
  const raw = new SqliteDatabase(path);
  raw.exec("UPDATE zones SET body = (SELECT body FROM zones WHERE zone_id = 'b')");
  raw.close();
  const again = await openSqliteStore({ path });
  await expect(again.getZone("a")).rejects.toMatchObject({ code: "CORRUPT" });
  expect((await again.getZone("b"))?.zoneId).toBe("b");
  await again.close();
});

test("a path that is a directory, or lies under a file, is refused", async () => {
  await mkdir(path, { recursive: true });
  await chmod(join(directory, "data"), 0o700);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: "UNUSABLE_PATH",
    message: expect.stringContaining("is a directory"),
  });
  await writeFile(join(directory, "file"), "");
  const under = join(directory, "file", "cordon.db");
  await expect(openSqliteStore({ path: under })).rejects.toMatchObject({ code: "UNUSABLE_PATH" });
});

test("a read-only data directory is refused", async () => {
  await mkdir(join(directory, "data"), { mode: 0o700 });
  const dropped = process.getuid?.() === 0;
  // The superuser may write anywhere, so the test steps down for the moment.
  if (dropped) await chmod(directory, 0o755);
  await chmod(join(directory, "data"), 0o500);
  if (dropped) {
    await chown(join(directory, "data"), 65_534, 65_534);
    process.seteuid?.(65_534);
  }
  try {
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: "UNUSABLE_PATH",
      message: expect.stringContaining("may create files in"),
    });
  } finally {
    if (dropped) process.seteuid?.(0);
    await chmod(join(directory, "data"), 0o700);
  }
});

function setVersion(file: string, version: number): void {
  const raw = new SqliteDatabase(file);
  raw.pragma(`user_version = ${version}`);
  raw.pragma("wal_checkpoint(TRUNCATE)");
  raw.close();
}
