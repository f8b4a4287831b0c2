import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mintPermit } from "../../src/base/permit.js";
import { createBatches } from "../../src/index/batches.js";
import { createPlacement } from "../../src/index/placement.js";
import { FakeLane } from "./fake-lane.js";
import { testNowMs } from "./permits.js";

const queueFull = { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL" };

function permitOf(cameraId: string) {
  const scope = { act: "identify", zoneId: "z", purpose: "PUBLIC_SAFETY" } as const;
  const expiresAtMs = testNowMs + 1_000;
  return mintPermit({ ...scope, cameraId, galleryIds: ["g", "h"], expiresAtMs });
}

interface Settings {
  readonly queueMax?: number;
  readonly batchQueriesMax?: number;
  readonly windowMs?: number;
}

function setUp({ queueMax = 1_000, batchQueriesMax = 4, windowMs = 1 }: Settings = {}) {
  const lane = new FakeLane();
  const placement = createPlacement([lane], "exact");
  const galleries = new Map(["g", "h"].map((id) => [id, placement.add(id)]));
  const shards = [...galleries.values()].flatMap((gallery) => gallery.shards);
  for (const shard of shards) shard.templates = 1;
  let nowMs = testNowMs;
  const events = { onBatch: vi.fn(), onRetry: vi.fn() };
  const clock = { nowMs: () => nowMs };
  const limits = { queueMax, batchQueriesMax };
  const batches = createBatches({ placement, dimension: 2, limits, windowMs, clock, events });

  function ask(cameraId: string, value: number, more: AskMore = {}) {
    const { k = 2, galleryId = "g", signal, queries = new Float32Array([value, 1]) } = more;
    const gallery = galleries.get(galleryId);
    if (gallery === undefined) throw new Error("no such gallery");
    const search = { permit: permitOf(cameraId), gallery, queries, count: queries.length / 2, k };
    const found = batches.ask(search, signal);
    found.catch(() => undefined);
    return found;
  }
  const later = (ms: number) => {
    nowMs += ms;
  };
  return { lane, placement, galleries, batches, events, ask, later };
}

interface AskMore {
  readonly k?: number;
  readonly galleryId?: string;
  readonly signal?: AbortSignal;
  readonly queries?: Float32Array<ArrayBuffer>;
}

/** Lets everything that waits for nothing but its turn happen. */
const turn = () => vi.advanceTimersByTimeAsync(0);

describe("batches", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const sizes = (lane: FakeLane) => lane.asked.map(({ count }) => count);

  test("a search that finds the workers idle leaves at once, alone", async () => {
    const { lane, ask } = setUp();
    const found = ask("a", 7);
    await turn();
    expect(sizes(lane)).toEqual([1]);
    lane.answer();
    expect(await found).toMatchObject([[{ personId: "p7" }]]);
  });

  test("what is asked in one turn shares a batch, and each gets its own answers", async () => {
    const { lane, ask, events } = setUp();
    const two = new Float32Array([5, 1, 6, 1]);
    const found = [ask("a", 1), ask("b", 2), ask("c", 0, { queries: two })];
    await turn();
    expect(sizes(lane)).toEqual([4]);
    expect(events.onBatch).toHaveBeenCalledWith({ queries: 4, waitedMs: expect.any(Number) });
    lane.answer();
    const names = (await Promise.all(found)).map((lists) => lists.map(([one]) => one?.personId));
    expect(names).toEqual([["p1"], ["p2"], ["p5", "p6"]]);
  });

  test("while the workers are busy searches gather until the window ends", async () => {
    const { lane, ask } = setUp({ windowMs: 3 });
    ask("a", 0);
    await turn();
    ask("a", 1);
    await turn();
    ask("b", 2);
    await vi.advanceTimersByTimeAsync(2);
    expect(sizes(lane)).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sizes(lane)).toEqual([1, 2]);
  });

  test("a free worker or a full batch ends the wait sooner", async () => {
    const { lane, ask } = setUp({ windowMs: 20 });
    ask("a", 0);
    await turn();
    ask("a", 1);
    await turn();
    lane.answer();
    await turn();
    expect(sizes(lane)).toEqual([1, 1]);
    for (let i = 0; i < 4; i += 1) ask("a", i);
    await turn();
    expect(sizes(lane)).toEqual([1, 1, 4]);
  });

  test("without a window nothing is waited for but a place among the batches under way", async () => {
    const { lane, ask } = setUp({ windowMs: 0 });
    for (let i = 0; i < 4; i += 1) {
      ask("a", i);
      await turn();
    }
    expect(sizes(lane)).toEqual([1, 1]);
    lane.answer();
    await turn();
    expect(sizes(lane)).toEqual([1, 1, 2]);
  });

  test("a camera beside a flood waits for the batches under way, and for no other", async () => {
    const { lane, ask } = setUp({ batchQueriesMax: 4 });
    for (let i = 0; i < 400; i += 1) ask("flood", i);
    await turn();
    const batchesBefore = lane.asked.length;
    const found = ask("quiet", 999);
    let answered = 0;
    const isAnswered = found.then(() => true);
    while (!(await Promise.race([isAnswered, turn().then(() => false)]))) {
      lane.answer();
      answered += 1;
    }
    expect(batchesBefore).toBe(2);
    expect(answered).toBe(batchesBefore + 1);
    expect(await found).toMatchObject([[{ personId: "p999" }]]);
  });

  test("each search is answered for its own k, and those far apart do not share a batch", async () => {
    const { lane, ask } = setUp();
    const few = ask("a", 1, { k: 3 });
    ask("b", 2, { k: 4 });
    ask("c", 3, { k: 100 });
    await turn();
    expect(lane.asked.map(({ k }) => k)).toEqual([4]);
    lane.answer();
    await turn();
    expect(lane.asked.map(({ k }) => k)).toEqual([4, 100]);
    expect((await few)[0]).toHaveLength(1);
  });

  test("a full queue refuses the camera that fills it, at once and zeroed, and no other", async () => {
    const { lane, ask } = setUp({ queueMax: 6 });
    const flood = Array.from({ length: 6 }, (_, i) => ask("flood", i));
    await turn();
    // Four are under way and two wait.
    flood.push(...Array.from({ length: 4 }, (_, i) => ask("flood", 10 + i)));
    const queries = new Float32Array([99, 1]);
    const refused = ask("flood", 0, { queries });
    expect([...queries]).toEqual([0, 0]);
    const quiet = ask("quiet", 55);
    await expect(refused).rejects.toMatchObject(queueFull);
    await expect(flood.at(-1)).rejects.toMatchObject({ ...queueFull, retryAfterMs: 2 });
    while (lane.depth > 0) {
      lane.answer();
      await turn();
    }
    expect(await quiet).toMatchObject([[{ personId: "p55" }]]);
    expect(await Promise.all(flood.slice(0, -1))).toHaveLength(9);
  });

  test("one that is cancelled while it waits is not searched, and is zeroed", async () => {
    const { lane, ask } = setUp();
    ask("a", 0);
    await turn();
    const controller = new AbortController();
    const queries = new Float32Array([3, 1]);
    const cancelled = ask("a", 0, { signal: controller.signal, queries });
    const stays = ask("b", 4);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ status: "CANCELLED" });
    expect([...queries]).toEqual([0, 0]);
    lane.answer();
    await turn();
    expect(sizes(lane)).toEqual([1, 1]);
    lane.answer();
    expect(await stays).toMatchObject([[{ personId: "p4" }]]);
    await expect(ask("a", 0, { signal: controller.signal })).rejects.toMatchObject({
      status: "CANCELLED",
    });
  });

  test("the host's copy of a query is zeroed once it is answered", async () => {
    const { lane, ask } = setUp();
    const queries = new Float32Array([3, 1]);
    const found = ask("a", 0, { queries });
    await turn();
    lane.answer();
    await found;
    expect([...queries]).toEqual([0, 0]);
  });

  test("a permit that runs out while its query waits searches nothing", async () => {
    const { lane, ask, later } = setUp();
    ask("a", 0);
    await turn();
    const late = ask("a", 1);
    later(1_001);
    lane.answer();
    await expect(late).rejects.toMatchObject({ reason: "PERMIT_EXPIRED" });
    expect(sizes(lane)).toEqual([1]);
  });

  test("a gallery that is dropped while its queries wait is NOT_FOUND", async () => {
    const { lane, ask, placement, galleries } = setUp();
    ask("a", 0, { galleryId: "h" });
    await turn();
    const late = ask("a", 1);
    const dropped = galleries.get("g");
    if (dropped !== undefined) placement.remove(dropped);
    placement.add("g");
    lane.answer();
    await expect(late).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  test("what a worker's end broke off is searched once more when the gallery is whole", async () => {
    const { lane, ask, galleries, events } = setUp();
    const gallery = galleries.get("g");
    const [shard] = gallery?.shards ?? [];
    if (gallery === undefined || shard === undefined) throw new Error("no gallery");
    const found = ask("a", 8);
    await turn();
    shard.state = "lost";
    lane.fail();
    await turn();
    expect(events.onRetry).not.toHaveBeenCalled();
    shard.state = "live";
    for (const tell of gallery.whenLive) tell();
    await turn();
    expect(events.onRetry).toHaveBeenCalledTimes(1);
    lane.answer();
    expect(await found).toMatchObject([[{ personId: "p8" }]]);
  });

  test("it fails clearly when that takes long, or happens again", async () => {
    const { lane, ask, galleries } = setUp();
    const [shard] = galleries.get("g")?.shards ?? [];
    if (shard === undefined) throw new Error("no gallery");
    const twice = ask("a", 8);
    await turn();
    lane.fail();
    await turn();
    lane.fail();
    await expect(twice).rejects.toMatchObject({ reason: "WORKER_FAILED", retryAfterMs: 1_000 });
    const queries = new Float32Array([3, 1]);
    const long = ask("a", 0, { queries });
    await turn();
    shard.state = "lost";
    lane.fail();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(long).rejects.toMatchObject({ reason: "WORKER_FAILED" });
    expect([...queries]).toEqual([0, 0]);
  });

  test("close gives up on workers that do not answer", async () => {
    const { ask, batches } = setUp({ batchQueriesMax: 1 });
    const stuck = [1, 2].map((value) => ask("a", value));
    const waits = ask("a", 3);
    await turn();
    const closed = batches.close();
    await vi.advanceTimersByTimeAsync(10_000);
    await closed;
    await expect(waits).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    expect(stuck).toHaveLength(2);
  });

  test("close answers what waits, and takes nothing more", async () => {
    const { lane, ask, batches } = setUp({ batchQueriesMax: 1 });
    const accepted = [1, 2, 3].map((value) => ask("a", value));
    await turn();
    const closed = batches.close();
    await expect(ask("a", 4)).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    while (lane.depth > 0) {
      lane.answer();
      await turn();
    }
    await closed;
    expect(await Promise.all(accepted)).toHaveLength(3);
  });
});
