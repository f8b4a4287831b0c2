import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import { type IndexEntry, rosterId } from "../../src/index/port.js";
import { shardOf } from "../../src/index/shards.js";
import { unit } from "./faces.js";
import { enrolPermit, permitFor, testClock } from "./permits.js";
import { startWorker } from "./workers.js";

const permit = permitFor("a", "b");
const workerFailed = { status: "UNAVAILABLE", reason: "WORKER_FAILED" };
const entry = (personId: string, x: number, y: number): IndexEntry => ({
  personId,
  templateId: `t-${personId}`,
  vector: unit([x, y]),
});

/** Persons of the first of two workers, and one of the second. */
const [w, x, y, z] = ["w", "x", "y", "z"].map((letter, i) => {
  const shard = i < 3 ? 0 : 1;
  const ids = Array.from({ length: 99 }, (_, n) => `${letter}${n}`);
  return ids.find((id) => shardOf(id, 2) === shard) ?? "";
}) as [string, string, string, string];

describe("an index whose worker ends", () => {
  const workers: Worker[] = [];
  let index: EmbeddedIndex;
  let lost: Promise<readonly string[]>;

  beforeEach(async () => {
    let tell: (galleryIds: readonly string[]) => void;
    lost = new Promise((resolve) => {
      tell = resolve;
    });
    index = await createIndex({
      driver: "exact",
      dimension: 2,
      workers: 2,
      clock: testClock,
      onWorkerLost: (galleryIds) => tell(galleryIds),
      spawnWorker(settings) {
        const worker = startWorker(settings);
        workers.push(worker);
        return worker;
      },
    });
    await index.createGallery("a");
    await index.createGallery("b");
    await index.add("a", [entry(x, 1, 0), entry(y, 0, 1), entry(z, -1, 0)]);
    await index.add("b", [entry(z, 1, 0)]);
  });

  afterEach(async () => {
    await index.close();
    workers.length = 0;
  });

  const search = (galleryId: string) => index.search(permit, galleryId, [unit([1, 0])], 5);
  const found = async (galleryId: string) =>
    (await search(galleryId))[0]?.map((candidate) => candidate.personId);

  async function loseFirstWorker(): Promise<void> {
    const [worker] = workers;
    if (worker === undefined) throw new Error("no worker");
    const exited = once(worker, "exit");
    await Promise.all([worker.terminate(), exited]);
    expect(await lost).toEqual(["a"]);
  }

  test("names the galleries it held a part of, refuses their searches, keeps the others", async () => {
    await loseFirstWorker();
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    await expect(index.add("a", [entry(w, 1, 0)])).rejects.toMatchObject(workerFailed);
    expect(await index.removePerson("a", x)).toBe(0);
    expect(index.stats("a")).toMatchObject({ persons: 1, templates: 1 });
    expect(await found("b")).toEqual([z]);
    await index.add("b", [entry(x, 0, 1)]);
    expect(await found("b")).toEqual([z, x]);
    await index.dropGallery("a");
    await expect(search("a")).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  test("searches a gallery again once it is reloaded, and not before", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [entry(x, 1, 0)]);
      await expect(search("a")).rejects.toMatchObject(workerFailed);
      await put("a", [entry(y, 0, 1)]);
    });
    expect(await found("a")).toEqual([x, y, z]);
    expect(index.stats("a")).toMatchObject({ persons: 3, templates: 3 });
  });

  test("a gallery that is given up is filled again as if its workers had ended", async () => {
    index.lose("nowhere");
    index.lose("a");
    expect(index.lost()).toEqual(["a"]);
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    expect(await found("b")).toEqual([z]);
    expect(await lost).toEqual(["a"]);
    const breaking = index.reload(["a"], async (put) => {
      expect(index.lost()).toEqual([]);
      index.lose("a");
      await put("a", [entry(x, 1, 0)]);
    });
    await expect(breaking).rejects.toMatchObject(workerFailed);
    await index.reload(["a"], (put) => put("a", [entry(x, 1, 0), entry(z, -1, 0)]));
    expect(await found("a")).toEqual([x, z]);
    expect(index.lost()).toEqual([]);
  });

  test("a reload wants only what was lost, and leaves the rest as it is", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put, wants) => {
      expect([w, x, y, z].map((personId) => wants("a", personId))).toEqual([
        true,
        true,
        true,
        false,
      ]);
      expect(wants("b", x)).toBe(false);
      // Of a worker that did not end: what the store says of it does not count.
      await put("a", [entry(x, 1, 0), entry(z, 1, 0)]);
    });
    expect(await found("a")).toEqual([x, z]);
    expect((await search("a"))[0]?.[1]).toMatchObject({ score: -1 });
  });

  test("somebody removed during the reload does not come back, nor an older template", async () => {
    await loseFirstWorker();
    await index.removePerson("a", z);
    await index.reload(["a"], async (put) => {
      await put("a", [entry(x, 1, 0)]);
      await index.removePerson("a", x);
      await index.removePerson("a", y);
      await index.add("a", [entry(w, 0.6, 0.8)]);
      await put("a", [entry(x, 1, 0), entry(y, 0, 1), entry(w, 1, 0)]);
    });
    expect(await search("a")).toMatchObject([[{ personId: w, score: expect.closeTo(0.6, 6) }]]);
  });

  test("templates removed during the reload do not come back, nor those that moved", async () => {
    await loseFirstWorker();
    await index.removePerson("a", z);
    await index.reload(["a"], async (put) => {
      await put("a", [entry(x, 1, 0)]);
      expect(await index.removeTemplates("a", [`t-${x}`, `t-${y}`])).toBe(1);
      // To a person of the other worker, and to one of this.
      await index.add("a", [
        { ...entry(z, 0.6, 0.8), templateId: "moved" },
        { ...entry(x, 0, 1), templateId: "stays" },
      ]);
      await put("a", [entry(x, 1, 0), entry(y, 0, 1), { ...entry(w, 1, 0), templateId: "moved" }]);
    });
    expect(await search("a")).toMatchObject([
      [
        { personId: z, templateId: "moved" },
        { personId: x, templateId: "stays" },
      ],
    ]);
  });

  test("a template that moved to the other worker during the reload leaves this one", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [{ ...entry(w, 1, 0), templateId: "moved" }]);
      await index.add("a", [{ ...entry(z, 1, 0), templateId: "moved" }]);
    });
    expect(await search("a")).toMatchObject([[{ personId: z, templateId: "moved" }]]);
    expect(index.stats("a")).toMatchObject({ persons: 1, templates: 2 });
  });

  test("the roster is lost and reloaded as any gallery", async () => {
    await index.dropGallery("a");
    await index.createGallery(rosterId);
    await index.add(rosterId, [entry(x, 1, 0)]);
    const roster = () => index.searchRoster([enrolPermit()], [unit([1, 0])], { k: 1 });
    await workers[0]?.terminate();
    expect(await lost).toEqual([rosterId]);
    await expect(roster()).rejects.toMatchObject(workerFailed);
    expect(await index.removeTemplates(rosterId, [`t-${x}`])).toBe(0);
    await index.reload([rosterId], (put) => put(rosterId, [entry(y, 1, 0)]));
    expect(await roster()).toMatchObject([[{ personId: y }]]);
    expect(index.stats(rosterId)).toMatchObject({ driver: "exact" });
  });

  test("a reload that fails leaves the gallery lost, and the next one begins afresh", async () => {
    await loseFirstWorker();
    const failing = index.reload(["a"], async (put) => {
      await put("a", [entry(x, 1, 0)]);
      throw new Error("the store is away");
    });
    await expect(failing).rejects.toThrow("the store is away");
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    await index.reload(["a"], (put) => put("a", [entry(y, 0, 1)]));
    expect(await found("a")).toEqual([y, z]);
    await expect(index.reload(["a"], async () => undefined)).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
    });
  });

  test("the other worker may end during the reload, and needs one of its own", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [entry(x, 1, 0)]);
      const [, other] = workers;
      if (other === undefined) throw new Error("no worker");
      await Promise.all([other.terminate(), once(other, "exit")]);
    });
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    await index.reload(["a"], (put) => put("a", [entry(x, 1, 0), entry(z, -1, 0)]));
    expect(await found("a")).toEqual([x, z]);
  });

  test("fails an addition that moves a template out of what it held, once", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const template = (personId: string, n: number) => ({
      ...entry(personId, 1, n),
      templateId: `t${n}`,
    });
    const many = Array.from({ length: 900 }, (_, n) => template(x, n));
    // The first worker is busy when the second, which holds z, ends.
    const busy = Array.from({ length: 12 }, () => index.add("a", many, { neverMoved: true }));
    const moving = index.add("a", [{ ...entry(x, -1, 0), templateId: `t-${z}` }]);
    moving.catch(() => undefined);
    await workers[1]?.terminate();
    await expect(moving).rejects.toMatchObject(workerFailed);
    await Promise.allSettled(busy);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("a worker that ends in the middle of a search", () => {
  let index: EmbeddedIndex;
  let retries = 0;
  /** Resolves with each loss in turn. */
  let onWorkerLost: (galleryIds: readonly string[]) => void = () => undefined;

  beforeEach(async () => {
    retries = 0;
    index = await createIndex({
      driver: "exact",
      dimension: 2,
      workers: 1,
      clock: testClock,
      onWorkerLost: (galleryIds) => onWorkerLost(galleryIds),
      events: {
        onRetry() {
          retries += 1;
        },
      },
      spawnWorker: spawnOneThatDies(),
    });
    await index.createGallery("a");
    await index.add("a", [entry(x, 1, 0)]);
  });
  afterEach(() => index.close());

  const search = (signal?: AbortSignal) => index.search(permit, "a", [unit([1, 0])], 1, signal);

  test("does not fail the search when the gallery is filled again at once", async () => {
    onWorkerLost = (galleryIds) => {
      void index.reload(galleryIds, (put) => put("a", [entry(y, 1, 0)]));
    };
    expect(await search()).toMatchObject([[{ personId: y }]]);
    expect(retries).toBe(1);
  });

  test("lets go of a search that is cancelled while it waits for that", async () => {
    const controller = new AbortController();
    onWorkerLost = () => controller.abort();
    await expect(search(controller.signal)).rejects.toMatchObject({ status: "CANCELLED" });
    expect(retries).toBe(0);
    await expect(search()).rejects.toMatchObject(workerFailed);
  });
});

/** The first worker ends when it is asked to search, without an answer; later ones are sound. */
function spawnOneThatDies() {
  let isFirst = true;
  return (settings: Parameters<typeof startWorker>[0]) => {
    if (!isFirst) return startWorker(settings);
    isFirst = false;
    return startWorker(settings, "search");
  };
}

test("an index whose workers cannot start says so", async () => {
  const failing = createIndex({
    driver: "exact",
    dimension: 2,
    workers: 1,
    clock: testClock,
    respawnsMax: 1,
    spawnWorker: () => new Worker("throw new Error('no addon')", { eval: true }),
  });
  await expect(failing).rejects.toMatchObject({ ...workerFailed, cause: { message: "no addon" } });
});

test("a worker that is given up leaves its part to the others", async () => {
  let spawned = 0;
  let lost: (galleryIds: readonly string[]) => void = () => undefined;
  const index = await createIndex({
    driver: "exact",
    dimension: 2,
    workers: 2,
    clock: testClock,
    respawnsMax: 1,
    onWorkerLost: (galleryIds) => lost(galleryIds),
    spawnWorker(settings) {
      spawned += 1;
      if (spawned <= 2) return startWorker(settings, spawned === 1 ? "remove" : undefined);
      return new Worker("process.exit(1)", { eval: true });
    },
  });
  await index.createGallery("a");
  await index.add("a", [entry(x, 1, 0), entry(z, 0, 1)]);
  const losses: (readonly string[])[] = [];
  const twice = new Promise<void>((resolve) => {
    lost = (galleryIds) => {
      losses.push(galleryIds);
      if (losses.length === 2) resolve();
    };
  });
  await expect(index.removePerson("a", x)).rejects.toMatchObject(workerFailed);
  await twice;
  expect(losses).toEqual([["a"], ["a"]]);
  await index.reload(["a"], (put) => put("a", [entry(x, 1, 0)]));
  const [found = []] = await index.search(permit, "a", [unit([1, 0])], 5);
  expect(found.map(({ personId }) => personId)).toEqual([x, z]);
  await index.createGallery("b");
  await index.add("b", [entry(x, 1, 0), entry(z, 0, 1)]);
  expect(index.stats("b")).toMatchObject({ persons: 2 });
  await index.close();
});

test.each([
  { workers: 0 },
  { dimension: 1 },
  { queueMax: -1 },
  { batchWindowMs: -1 },
  { batchQueriesMax: 0 },
  { hnsw: { m: Number.NaN } },
  { hnsw: { ef: 0 } },
])("an option out of its range is refused: %o", async (wrong) => {
  const good = { driver: "exact", dimension: 2, workers: 1, clock: testClock } as const;
  await expect(createIndex({ ...good, ...wrong })).rejects.toThrow(RangeError);
});
