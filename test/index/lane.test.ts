import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { ThreadLeft } from "../../src/base/thread-left.js";
import { createLane } from "../../src/index/lane.js";
import type { Posted, Request } from "../../src/index/messages.js";

/** A worker that answers only when told to. */
class FakeWorker extends EventEmitter {
  readonly posted: Posted[] = [];
  readonly unref = vi.fn();
  postMessage(message: Posted): void {
    this.posted.push(message);
  }
  async terminate(): Promise<number> {
    this.emit("exit", 1);
    return 1;
  }
  answer(i: number): void {
    this.emit("message", { id: this.posted[i]?.id, answer: null });
  }
}

function laneWith(limits: { queueMax?: number; inFlightMax?: number; respawnsMax?: number }) {
  const workers: FakeWorker[] = [];
  const onLost = vi.fn();
  const lane = createLane({
    spawn() {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    limits: { queueMax: 4, inFlightMax: 2, respawnsMax: 2, ...limits },
    onLost,
  });
  return { lane, workers, onLost, newest: () => workers.at(-1) as FakeWorker };
}

function search(): Extract<Request, { kind: "search" }> {
  const queries = new Float32Array([0.6, 0.8]);
  return { kind: "search", galleryId: "g", queries, count: 1, k: 1, atLeast: -1 };
}

function add(): Extract<Request, { kind: "add" }> {
  const vectors = new Float32Array([0.6, 0.8]);
  return {
    kind: "add",
    galleryId: "g",
    entries: { personIds: ["p"], templateIds: ["t"], vectors },
  };
}

const remove: Request = { kind: "remove", galleryId: "g", personId: "p" };

describe("lane", () => {
  test("hands over a few requests at a time, in order", async () => {
    const { lane, newest } = laneWith({});
    const answers = [lane.ask(search()), lane.ask(remove), lane.ask(search())];
    const kinds = () => newest().posted.map((posted) => posted.request.kind);
    expect(kinds()).toEqual(["search", "remove"]);
    newest().answer(0);
    expect(kinds()).toEqual(["search", "remove", "search"]);
    newest().answer(1);
    newest().answer(2);
    expect(await Promise.all(answers)).toEqual([null, null, null]);
    expect(lane.depth).toBe(0);
  });

  test("refuses additions when the queue is full, but takes removals and searches", async () => {
    const { lane, newest } = laneWith({});
    const taken: Promise<unknown>[] = Array.from({ length: 4 }, () => lane.ask(add()));
    const refused = add();
    await expect(lane.ask(refused)).rejects.toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "QUEUE_FULL",
      retryAfterMs: expect.any(Number),
    });
    expect([...refused.entries.vectors]).toEqual([0, 0]);
    taken.push(...Array.from({ length: 4 }, () => lane.ask(remove)));
    await expect(lane.ask(remove)).rejects.toMatchObject({ reason: "QUEUE_FULL" });
    taken.push(lane.ask(search()));
    for (let i = 0; i < 9; i += 1) newest().answer(i);
    await Promise.all(taken);
    const next = lane.ask(add());
    newest().answer(9);
    await next;
  });

  test("a search cancelled while it waits is never handed over, and is zeroed", async () => {
    const { lane, newest } = laneWith({ inFlightMax: 1 });
    const first = lane.ask(search());
    const controller = new AbortController();
    const waiting = search();
    const cancelled = lane.ask(waiting, controller.signal);
    const last = lane.ask(remove);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ status: "CANCELLED" });
    expect([...waiting.queries]).toEqual([0, 0]);
    newest().answer(0);
    newest().answer(1);
    await Promise.all([first, last]);
    expect(newest().posted.map((posted) => posted.request.kind)).toEqual(["search", "remove"]);
  });

  test("a search cancelled under way keeps its place until the worker has answered", async () => {
    const { lane, newest } = laneWith({ inFlightMax: 1 });
    const controller = new AbortController();
    const cancelled = lane.ask(search(), controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ status: "CANCELLED" });
    const next = lane.ask(remove);
    expect(newest().posted).toHaveLength(1);
    newest().answer(0);
    newest().answer(1);
    await next;
  });

  test("a worker that ends fails what waited, says so once, and is replaced", async () => {
    const { lane, workers, onLost, newest } = laneWith({ inFlightMax: 1 });
    const cause = new Error("out of luck");
    const pending = [lane.ask(search()), lane.ask(remove)];
    newest().emit("error", cause);
    newest().emit("exit", 1);
    expect(onLost).toHaveBeenCalledTimes(1);
    for (const one of pending) {
      await expect(one).rejects.toMatchObject({ reason: "WORKER_FAILED", cause });
    }
    expect(workers).toHaveLength(2);
    const next = lane.ask(search());
    newest().answer(0);
    expect(await next).toBeNull();
  });

  test("a worker that ends again and again without an answer is given up", async () => {
    const { lane, workers, newest } = laneWith({ respawnsMax: 2 });
    for (let i = 0; i < 3; i += 1) newest().emit("exit", 1);
    expect(workers).toHaveLength(3);
    expect(lane.alive).toBe(false);
    await expect(lane.ask(search())).rejects.toMatchObject({ reason: "WORKER_FAILED" });
    await lane.close();
  });

  test("close answers what was accepted, and takes nothing more", async () => {
    const { lane, newest, onLost } = laneWith({ inFlightMax: 1 });
    const accepted = lane.ask(search());
    const closed = lane.close();
    await expect(lane.ask(search())).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    newest().answer(0);
    await accepted;
    newest().answer(1);
    newest().emit("exit", 0);
    await closed;
    expect(onLost).not.toHaveBeenCalled();
  });

  test("close leaves a worker that hangs, which may be in native code, and says so", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { lane, workers, newest } = laneWith({ inFlightMax: 1 });
      const terminate = vi.spyOn(newest(), "terminate");
      const waiting = lane.ask(search()).catch((error: unknown) => error);
      const closed = lane.close().catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await closed).toBeInstanceOf(ThreadLeft);
      expect(await waiting).toMatchObject({ reason: "WORKER_FAILED" });
      expect(terminate).not.toHaveBeenCalled();
      expect(newest().unref).toHaveBeenCalled();
      expect(workers).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
