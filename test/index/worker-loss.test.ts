import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workerEntry } from "../../src/base/worker-entry.js";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import { type IndexEntry, rosterId } from "../../src/index/port.js";
import { unit } from "./faces.js";
import { enrolPermit, permitFor, testClock } from "./permits.js";

const permit = permitFor("a", "b");
const workerFailed = { status: "UNAVAILABLE", reason: "WORKER_FAILED" };
const entry = (personId: string, x: number, y: number): IndexEntry => ({
  personId,
  templateId: `t-${personId}`,
  vector: unit([x, y]),
});

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
      spawnWorker(workerData) {
        const url = workerEntry(new URL("../../src/index/x.ts", import.meta.url).href, "worker.js");
        const worker = new Worker(url, { workerData, execArgv: [] });
        workers.push(worker);
        return worker;
      },
    });
    await index.createGallery("a");
    await index.createGallery("b");
    await index.add("a", [entry("x", 1, 0), entry("y", 0, 1)]);
    await index.add("b", [entry("z", 1, 0)]);
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

  test("names the galleries lost, refuses their searches, and keeps the others", async () => {
    await loseFirstWorker();
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    await expect(index.add("a", [entry("w", 1, 0)])).rejects.toMatchObject(workerFailed);
    expect(await index.removePerson("a", "x")).toBe(0);
    expect(index.stats("a")).toMatchObject({ persons: 0, templates: 0 });
    expect(await found("b")).toEqual(["z"]);
    await index.dropGallery("a");
    await expect(search("a")).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  test("searches a gallery again once it is reloaded, and not before", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [entry("x", 1, 0)]);
      await expect(search("a")).rejects.toMatchObject(workerFailed);
      await put("a", [entry("y", 0, 1)]);
    });
    expect(await found("a")).toEqual(["x", "y"]);
    expect(index.stats("a")).toMatchObject({ persons: 2, templates: 2 });
  });

  test("somebody removed during the reload does not come back, nor an older template", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [entry("x", 1, 0)]);
      await index.removePerson("a", "x");
      await index.removePerson("a", "y");
      await index.add("a", [entry("w", 0.6, 0.8)]);
      await put("a", [entry("x", 1, 0), entry("y", 0, 1), entry("w", 1, 0)]);
    });
    expect(await search("a")).toMatchObject([[{ personId: "w", score: expect.closeTo(0.6, 6) }]]);
  });

  test("templates removed during the reload do not come back, nor those that moved", async () => {
    await loseFirstWorker();
    await index.reload(["a"], async (put) => {
      await put("a", [entry("x", 1, 0)]);
      expect(await index.removeTemplates("a", ["t-x", "t-y"])).toBe(1);
      await index.add("a", [{ ...entry("z", 0.6, 0.8), personId: "root" }]);
      await put("a", [entry("x", 1, 0), entry("y", 0, 1), entry("z", 0.6, 0.8)]);
    });
    expect(await search("a")).toMatchObject([[{ personId: "root", templateId: "t-z" }]]);
  });

  test("the roster is lost and reloaded as any gallery", async () => {
    await index.dropGallery("a");
    await index.createGallery(rosterId);
    await index.add(rosterId, [entry("x", 1, 0)]);
    const roster = () => index.searchRoster([enrolPermit()], [unit([1, 0])], { k: 1 });
    await workers[0]?.terminate();
    expect(await lost).toEqual([rosterId]);
    await expect(roster()).rejects.toMatchObject(workerFailed);
    expect(await index.removeTemplates(rosterId, ["t-x"])).toBe(0);
    await index.reload([rosterId], (put) => put(rosterId, [entry("y", 1, 0)]));
    expect(await roster()).toMatchObject([[{ personId: "y" }]]);
    expect(index.stats(rosterId)).toMatchObject({ driver: "exact" });
  });

  test("a reload that fails leaves the gallery lost, and the next one begins afresh", async () => {
    await loseFirstWorker();
    const failing = index.reload(["a"], async (put) => {
      await put("a", [entry("x", 1, 0)]);
      throw new Error("the store is away");
    });
    await expect(failing).rejects.toThrow("the store is away");
    await expect(search("a")).rejects.toMatchObject(workerFailed);
    await index.reload(["a"], (put) => put("a", [entry("y", 0, 1)]));
    expect(await found("a")).toEqual(["y"]);
    await expect(index.reload(["a"], async () => undefined)).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
    });
  });
});

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

test.each([
  { workers: 0 },
  { dimension: 1 },
  { queueMax: -1 },
  { hnsw: { m: Number.NaN } },
  { hnsw: { ef: 0 } },
])("an option out of its range is refused: %o", async (wrong) => {
  const good = { driver: "exact", dimension: 2, workers: 1, clock: testClock } as const;
  await expect(createIndex({ ...good, ...wrong })).rejects.toThrow(RangeError);
});
