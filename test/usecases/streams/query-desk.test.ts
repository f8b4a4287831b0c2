import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ByteBudget, createByteBudget } from "../../../src/base/byte-budget.js";
import type { CordonError } from "../../../src/base/errors.js";
import type { QueryOutcome } from "../../../src/usecases/answer-query.js";
import type { IdentifyAnswer } from "../../../src/usecases/identify.js";
import {
  createQueryDesk,
  type QueryDesk,
  RESULTS_PER_MESSAGE_MAX,
  RESULTS_WAITING_MAX,
  type SoundQuery,
  STREAM_HELD_BYTES_MAX,
  type StreamQuery,
  type StreamSettings,
} from "../../../src/usecases/streams/query-desk.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const settings: StreamSettings = {
  framePolicy: "EVERY_FRAME",
  queryDeadlineMs: 1_000,
  queriesInFlightMax: 2,
};

function query(tag: number, more: Partial<SoundQuery> = {}): SoundQuery {
  const read = () => {
    throw new Error("nobody reads it here");
  };
  return { tag, deadlineMs: 0, read, ...more };
}

/** A desk whose work the test finishes by hand. */
function deskOf(change: Partial<StreamSettings> = {}, budget = createByteBudget(1 << 30)) {
  const working = new Map<number, (outcome?: QueryOutcome) => Promise<void>>();
  const begun: number[] = [];
  const dropped: string[] = [];
  const whole = createQueryDesk({
    settings: { ...settings, ...change },
    budget,
    work: ({ tag }, signal) =>
      new Promise((resolve) => {
        begun.push(tag);
        const end = (outcome: QueryOutcome) => {
          working.delete(tag);
          resolve(outcome);
        };
        const standing = { stands: () => true, withdraw: async () => undefined };
        const answered = { answer: {} as IdentifyAnswer, standing };
        working.set(tag, async (outcome: QueryOutcome = answered) => {
          end(outcome);
          await turn();
        });
        signal.addEventListener("abort", () => end({ error: signal.reason as CordonError }));
      }),
    onDropped: ({ reason }) => dropped.push(reason),
    onChange: () => undefined,
  });
  // Ten bytes for each query, unless the test says.
  const desk = {
    ...whole,
    take: (queries: readonly StreamQuery[], sizeBytes = 10 * queries.length) =>
      whole.take(queries, sizeBytes),
  };
  const finish = (tag: number) => working.get(tag)?.() ?? Promise.reject(new Error(`no ${tag}`));
  return { desk, begun, dropped, finish };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What is collected: each tag with its reason, or "ok". */
function collected(desk: QueryDesk): readonly string[] {
  return desk.collect().map((one) => `${one.tag} ${"error" in one ? one.error.reason : "ok"}`);
}

describe("the desk of a stream", () => {
  it("works on as many as may be under way and on the others in their order", async () => {
    const { desk, begun, finish } = deskOf();
    desk.take([query(1), query(2), query(3), query(4)]);
    expect(begun).toEqual([1, 2]);
    expect(desk.hasRoom()).toBe(false);
    await finish(2);
    // Answered, and not yet sent: its place is not free.
    expect(begun).toEqual([1, 2]);
    expect(collected(desk)).toEqual(["2 ok"]);
    expect(begun).toEqual([1, 2, 3]);
    await finish(3);
    await finish(1);
    expect(collected(desk)).toEqual(["3 ok", "1 ok"]);
    await finish(4);
    expect(collected(desk)).toEqual(["4 ok"]);
    expect(desk.isIdle()).toBe(true);
    expect(desk.hasRoom()).toBe(true);
  });

  it("answers two of one tag twice", async () => {
    const { desk, finish } = deskOf({ queriesInFlightMax: 1 });
    desk.take([query(7), query(7)]);
    await finish(7);
    expect(collected(desk)).toEqual(["7 ok"]);
    await finish(7);
    expect(collected(desk)).toEqual(["7 ok"]);
  });

  it("keeps the newest frame only by LATEST_FRAME, and reads on", async () => {
    const { desk, begun, dropped, finish } = deskOf({
      framePolicy: "LATEST_FRAME",
      queriesInFlightMax: 1,
    });
    desk.take([query(1)]);
    for (const tag of [2, 3, 4]) {
      expect(desk.hasRoom()).toBe(true);
      desk.take([query(tag)]);
    }
    expect(collected(desk)).toEqual(["2 FRAME_SUPERSEDED", "3 FRAME_SUPERSEDED"]);
    await finish(1);
    expect(collected(desk)).toEqual(["1 ok"]);
    expect(begun).toEqual([1, 4]);
    expect(dropped).toEqual(["FRAME_SUPERSEDED", "FRAME_SUPERSEDED"]);
  });

  it("takes nothing in by LATEST_FRAME while too many answers wait to be read", () => {
    const { desk } = deskOf({ framePolicy: "LATEST_FRAME", queriesInFlightMax: 1 });
    for (let tag = 0; desk.hasRoom(); tag += 1) desk.take([query(tag)]);
    expect(desk.collect()).toHaveLength(RESULTS_PER_MESSAGE_MAX);
    expect(RESULTS_WAITING_MAX).toBeGreaterThan(RESULTS_PER_MESSAGE_MAX);
    expect(desk.hasRoom()).toBe(true);
  });
});

describe("deadlines of a stream", () => {
  it("drop a query that waits too long before it is worked on", async () => {
    const { desk, begun, dropped, finish } = deskOf({ queriesInFlightMax: 1 });
    desk.take([query(1), query(2, { deadlineMs: 100 }), query(3)]);
    vi.advanceTimersByTime(100);
    expect(dropped).toEqual(["DEADLINE_EXCEEDED"]);
    await finish(1);
    expect(collected(desk)).toEqual(["2 DEADLINE_EXCEEDED", "1 ok"]);
    expect(begun).toEqual([1, 3]);
  });

  it("abort one under way, which is answered once its work has stopped", async () => {
    const { desk, dropped } = deskOf();
    desk.take([query(1)]);
    vi.advanceTimersByTime(999);
    expect(desk.isIdle()).toBe(false);
    await turn();
    expect(collected(desk)).toEqual([]);
    vi.advanceTimersByTime(1);
    await turn();
    expect(collected(desk)).toEqual(["1 DEADLINE_EXCEEDED"]);
    // It was worked on: who worked on it counts it.
    expect(dropped).toEqual([]);
  });

  it("are never longer than the stream's", async () => {
    const { desk } = deskOf();
    desk.take([query(1, { deadlineMs: 60_000 })]);
    vi.advanceTimersByTime(1_000);
    await turn();
    expect(collected(desk)).toEqual(["1 DEADLINE_EXCEEDED"]);
  });

  it("hold even when the timer is late", async () => {
    const { desk, begun, finish } = deskOf({ queriesInFlightMax: 1 });
    desk.take([query(1), query(2)]);
    // Time passes and no timer goes off, as in a process that is busy.
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + 5_000);
    await finish(1);
    expect(collected(desk)).toEqual(["1 ok"]);
    expect(begun).toEqual([1]);
    expect(collected(desk)).toEqual(["2 DEADLINE_EXCEEDED"]);
  });
});

describe("the bytes of a stream", () => {
  const MEBIBYTE = 1024 * 1024;

  it("are held until the last query of their message is done with, and then given back", async () => {
    const budget = createByteBudget(1_000);
    const { desk, finish } = deskOf({}, budget);
    desk.take([query(1), query(2)]);
    expect(budget.takenBytes).toBe(20);
    await finish(1);
    expect(budget.takenBytes).toBe(20);
    await finish(2);
    expect(budget.takenBytes).toBe(0);
  });

  it("are not taken for what is wrong as it comes, which is answered at once", () => {
    const budget = createByteBudget(100);
    const { desk, begun, dropped } = deskOf({}, budget);
    const wrong = { reason: "FIELD_INVALID" } as CordonError;
    desk.take(
      [
        { tag: 1, wrong },
        { tag: 2, wrong },
      ],
      1_000,
    );
    expect(budget.takenBytes).toBe(0);
    expect(collected(desk)).toEqual(["1 FIELD_INVALID", "2 FIELD_INVALID"]);
    // The memory of a message is one piece: what is right in it holds all of it.
    desk.take([{ tag: 3, wrong }, query(4)], 60);
    expect(budget.takenBytes).toBe(60);
    expect(begun).toEqual([4]);
    desk.take([{ tag: 5, wrong }, query(6)], 60);
    expect(collected(desk)).toEqual(["3 FIELD_INVALID", "5 FIELD_INVALID", "6 QUEUE_FULL"]);
    expect(dropped).toEqual(["QUEUE_FULL"]);
  });

  it("beyond what all streams may hold fail with QUEUE_FULL and say when to come back", () => {
    const budget = createByteBudget(100);
    const flood = deskOf({ queriesInFlightMax: 9 }, budget);
    for (let tag = 1; tag <= 9; tag += 1) flood.desk.take([query(tag)]);
    // Those that hold something have half; the other half is for those that hold nothing.
    expect(budget.takenBytes).toBe(50);
    expect(flood.dropped).toEqual(Array(4).fill("QUEUE_FULL"));
    const [refused] = flood.desk.collect();
    expect(refused).toMatchObject({ tag: 6, error: { reason: "QUEUE_FULL", retryAfterMs: 200 } });
    const other = deskOf({}, budget);
    other.desk.take([query(1)]);
    expect(other.begun).toEqual([1]);
  });

  it("hold up a stream that has many, before any of them fails", async () => {
    const { desk, finish, dropped } = deskOf({ queriesInFlightMax: 256 });
    let tags = 0;
    while (desk.hasRoom()) {
      tags += 1;
      desk.take([query(tags)], 8 * MEBIBYTE);
    }
    expect(tags * 8 * MEBIBYTE).toBe(STREAM_HELD_BYTES_MAX);
    await finish(1);
    expect(desk.hasRoom()).toBe(true);
    expect(dropped).toEqual([]);
  });
});

describe("close() of a desk", () => {
  it("stops what is under way, drops what waits, and gives all bytes back", async () => {
    const budget: ByteBudget = createByteBudget(1_000);
    const { desk, dropped } = deskOf({}, budget);
    desk.take([query(1), query(2), query(3)]);
    desk.close({ reason: "CANCELLED" } as CordonError);
    await turn();
    expect(budget.takenBytes).toBe(0);
    expect(dropped).toEqual(["CANCELLED"]);
    expect(desk.collect()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
