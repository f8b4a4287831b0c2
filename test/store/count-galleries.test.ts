import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { personsPerCount } from "../../src/store/galleries.js";
import { openSqliteStore } from "../../src/store/sqlite-store.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-count-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** A store with so many persons in a gallery, each of two rows with a template and two. */
async function storeOf(persons: number) {
  const path = join(directory, "cordon.db");
  const empty = await openSqliteStore({ path });
  await empty.insertGallery({ galleryId: "large", displayName: "", createdAtMs: 0 });
  await empty.close();
  const database = new SqliteDatabase(path);
  database.pragma("foreign_keys = OFF");
  const insert = database.prepare("INSERT INTO memberships VALUES ('large', ?, ?, ?)");
  database.transaction(() => {
    for (let at = 1; at <= persons; at += 1) {
      insert.run(at, at, 1);
      insert.run(at, persons + at, 2);
    }
  })();
  database.close();
  return openSqliteStore({ path, checkPages: false });
}

it.each([personsPerCount - 1, personsPerCount, personsPerCount + 1])(
  "a gallery of %i persons is counted whole, whatever is counted in one go",
  async (persons) => {
    const store = await storeOf(persons);
    const counted = await store.countByGallery();
    expect(counted.get("large")).toEqual({ persons, templates: 3 * persons });
    await store.close();
  },
);

it("counting a large gallery lets other work of the thread come in between", async () => {
  const store = await storeOf(2 * personsPerCount + 1);
  let between = 0;
  let counting = true;
  const other = () => {
    between += 1;
    if (counting) setImmediate(other);
  };
  setImmediate(other);
  await store.countByGallery();
  counting = false;
  expect(between).toBeGreaterThanOrEqual(2);
  await store.close();
});
