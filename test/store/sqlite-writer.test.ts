import SqliteDatabase from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSqliteWriter, scrubRetryMs, writeQueueMax } from "../../src/store/sqlite-writer.js";
import type { Writer } from "../../src/store/writer.js";

interface Numbers {
  numbers: { n: number };
}

let sqlite: SqliteDatabase.Database;
let db: Kysely<Numbers>;
let writer: Writer<Numbers>;
let commits: number;
/** Scrubs of the log; the first is held back by somebody. */
let scrubs: number;
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
  scrubs = 0;
  writer = createSqliteWriter(sqlite, db, { scrub: () => ++scrubs > 1, emptyWhenLarge: () => {} });
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

test("a write that erases scrubs the log before it is acknowledged, and again while it must", async () => {
  const erase = () => writer.run(async () => scrubs, { erases: true });
  expect(await erase()).toBe(0);
  expect(scrubs).toBe(1);
  await insert(1);
  expect(scrubs).toBe(2);
  await insert(2);
  expect(scrubs).toBe(2);
  await Promise.all([erase(), erase(), erase()]);
  expect(scrubs).toBe(3);
});

test("a log that somebody holds back is tried again by itself, without another write", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await writer.run(async () => null, { erases: true });
    expect(scrubs).toBe(1);
    vi.advanceTimersByTime(scrubRetryMs);
    await writer.between(async () => undefined);
    expect(scrubs).toBe(2);
    vi.advanceTimersByTime(10 * scrubRetryMs);
    await writer.between(async () => undefined);
    expect(scrubs).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("a commit takes no more writes than have its rows, but one that is larger by itself", async () => {
  const heavy = (weight: number) => writer.run(async () => null, { weight });
  await Promise.all([heavy(400), heavy(400), heavy(112), heavy(1_000), heavy(1)]);
  expect(commits).toBe(4);
});

test("between two commits nothing is written, and what waits is written afterwards", async () => {
  await insert(1);
  const seen: unknown[] = [];
  const waiting: Promise<unknown>[] = [];
  await writer.between(async () => {
    waiting.push(insert(2));
    await new Promise<void>((resume) => setImmediate(resume));
    seen.push(...stored());
  });
  await Promise.all(waiting);
  expect(seen).toEqual([1]);
  expect(stored()).toEqual([1, 2]);
});

test("a database that is truly full fails the commit as a whole, and works on afterwards", async () => {
  sqlite.exec("CREATE TABLE blobs (bytes BLOB)");
  const pages = Number(sqlite.pragma("page_count", { simple: true }));
  sqlite.pragma(`max_page_count = ${pages + 2}`);
  const fill = () =>
    writer.run(async () => sqlite.exec("INSERT INTO blobs VALUES (zeroblob(100000))"));
  const failed = { status: "rejected", reason: { code: "WRITE_FAILED" } };
  const results = await Promise.allSettled([insert(1), fill(), insert(2)]);
  expect(results).toMatchObject([failed, failed, failed]);
  await expect(fill()).rejects.toMatchObject({ code: "WRITE_FAILED" });
  expect(stored()).toEqual([]);
  await insert(3);
  sqlite.pragma("max_page_count = 1000000");
  await Promise.all([insert(4), fill()]);
  expect(stored()).toEqual([3, 4]);
});
