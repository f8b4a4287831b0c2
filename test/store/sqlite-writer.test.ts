import SqliteDatabase from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSqliteWriter, writeQueueMax } from "../../src/store/sqlite-writer.js";
import type { Writer } from "../../src/store/writer.js";

interface Numbers {
  numbers: { n: number };
}

let sqlite: SqliteDatabase.Database;
let db: Kysely<Numbers>;
let writer: Writer<Numbers>;
let commits: number;
beforeEach(() => {
  sqlite = new SqliteDatabase(":memory:");
  sqlite.exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY CHECK (n < 1000000))");
  commits = 0;
  const exec = sqlite.exec.bind(sqlite);
  sqlite.exec = (source: string) => {
    if (source === "COMMIT") commits += 1;
    return exec(source);
  };
  db = new Kysely({ dialect: new SqliteDialect({ database: sqlite }) });
  writer = createSqliteWriter(sqlite, db);
});
afterEach(() => {
  sqlite.close();
});

const insert = (n: number) =>
  writer.run((one) => one.insertInto("numbers").values({ n }).execute());
const stored = () => sqlite.prepare("SELECT n FROM numbers ORDER BY n").pluck().all();

test("writes that wait together share a commit, in the order in which they came", async () => {
  const order: number[] = [];
  const writes = Array.from({ length: 100 }, (_, n) =>
    writer.run(async (one) => {
      order.push(n);
      await one.insertInto("numbers").values({ n }).execute();
    }),
  );
  await Promise.all(writes);
  expect(order).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(commits).toBeLessThan(10);
});

test("a write that fails takes no other of its commit with it", async () => {
  const results = await Promise.allSettled([1, 2, 2, 3, 2_000_000, 4].map(insert));
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(stored()).toEqual([1, 2, 3, 4]);
});

test("when the commit fails nothing is acknowledged and nothing is kept", async () => {
  const exec = sqlite.exec.bind(sqlite);
  let full = true;
  sqlite.exec = (source: string) => {
    if (source === "COMMIT" && full)
      throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
    return exec(source);
  };
  const results = await Promise.allSettled([1, 2, 3].map(insert));
  for (const result of results) {
    expect(result).toMatchObject({
      status: "rejected",
      reason: { code: "WRITE_FAILED", message: expect.stringContaining("disk is full") },
    });
  }
  expect(stored()).toEqual([]);
  full = false;
  await insert(4);
  expect(stored()).toEqual([4]);
});

test("a reader sees a write only once it is committed", async () => {
  const write = writer.run(async (one) => {
    await one.insertInto("numbers").values({ n: 1 }).execute();
    throw new Error("changed its mind");
  });
  const read = db.selectFrom("numbers").selectAll().execute();
  await expect(write).rejects.toThrow("changed its mind");
  expect(await read).toEqual([]);
});

test("a write beyond the queue's limit is refused with RESOURCE_EXHAUSTED", async () => {
  const accepted = Array.from({ length: writeQueueMax }, () => writer.run(async () => null));
  const more = Array.from({ length: 300 }, () => writer.run(async () => null));
  const results = await Promise.allSettled(more);
  expect(results.at(-1)).toMatchObject({
    status: "rejected",
    reason: { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL" },
  });
  await Promise.all(accepted);
});

test("closing waits for what was accepted, and refuses what comes later", async () => {
  const write = insert(1);
  await writer.close();
  expect(stored()).toEqual([1]);
  await write;
  await expect(insert(2)).rejects.toMatchObject({ code: "CLOSED" });
});
