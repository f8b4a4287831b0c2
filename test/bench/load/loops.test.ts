import { describe, expect, it } from "vitest";
import { arrivals } from "../../../bench/load/arrivals.js";
import { runClosedLoop } from "../../../bench/load/closed-loop.js";
import { type LoopAnswer, type LoopClock, runOpenLoop } from "../../../bench/load/open-loop.js";

/** Time that passes only when somebody waits, in whole milliseconds as a timer's does. */
function fakeClock() {
  let now = 1_000;
  const clock: LoopClock = {
    now: () => now,
    async wait(milliseconds) {
      now += Math.max(0.1, milliseconds);
    },
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { clock, pass };
}

function take(count: number, times: Iterable<number>): number[] {
  const taken: number[] = [];
  for (const at of times) {
    if (taken.length === count) break;
    taken.push(at);
  }
  return taken;
}

describe("arrivals()", () => {
  it("come at even distances when they are fixed", () => {
    expect(take(3, arrivals("fixed", 100, 1))).toEqual([10, 20, 30]);
  });

  it("come at random, at the mean rate and the same for the same seed, when they are Poisson's", () => {
    const times = take(20_000, arrivals("poisson", 1_000, 7));
    expect(times).toEqual(take(20_000, arrivals("poisson", 1_000, 7)));
    expect((times.at(-1) ?? 0) / 20_000).toBeCloseTo(1, 1);
    const gaps = times.map((at, index) => at - (times[index - 1] ?? 0));
    // Of an exponential distribution 1/e exceeds the mean.
    expect(gaps.filter((gap) => gap > 1).length / 20_000).toBeCloseTo(Math.exp(-1), 1);
  });

  it("refuse a rate that is none", () => {
    expect(() => arrivals("fixed", 0, 1).next()).toThrow(RangeError);
  });
});

describe("runOpenLoop()", () => {
  it("sends on schedule although nothing is answered, and counts from when each was due", async () => {
    const { clock, pass } = fakeClock();
    const answers: LoopAnswer[] = [];
    const late: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const result = await runOpenLoop({
      ...{ arrivals: [10, 20, 30, 40], durationMs: 35, outstandingMax: 10, clock },
      send: async (request) => {
        if (request === 2) {
          pass(100);
          release();
        }
        await held;
      },
      onAnswer: (answer) => answers.push(answer),
      onLate: (milliseconds) => late.push(milliseconds),
    });
    expect(result).toEqual({ sent: 3, givenUp: 0 });
    expect(answers.map(({ dueMs }) => dueMs)).toEqual([10, 20, 30]);
    for (const { dueMs, latencyMs } of answers) expect(latencyMs).toBeCloseTo(130 - dueMs, 0);
    for (const milliseconds of late) expect(milliseconds).toBeLessThan(1);
  });

  it("tells of a client that is late itself, and lets that time count", async () => {
    const { clock, pass } = fakeClock();
    const late: number[] = [];
    const latencies: number[] = [];
    await runOpenLoop({
      ...{ arrivals: [1, 2], durationMs: 10, outstandingMax: 10, clock },
      send: async (request) => {
        if (request === 0) pass(50);
      },
      onAnswer: ({ latencyMs }) => latencies.push(latencyMs),
      onLate: (milliseconds) => late.push(milliseconds),
    });
    expect(late[1]).toBeCloseTo(49, 0);
    expect(latencies[1]).toBeGreaterThanOrEqual(49);
  });

  it("gives arrivals up, and counts them, when too many are unanswered", async () => {
    const { clock } = fakeClock();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const arriving = (function* () {
      yield* [1, 2, 3, 4];
      release();
    })();
    const result = await runOpenLoop({
      ...{ arrivals: arriving, durationMs: 100, outstandingMax: 2, clock },
      send: () => held,
      onAnswer: () => undefined,
      onLate: () => undefined,
    });
    expect(result).toEqual({ sent: 2, givenUp: 2 });
  });

  it("tells why a request failed and goes on", async () => {
    const { clock } = fakeClock();
    const failures: unknown[] = [];
    await runOpenLoop({
      ...{ arrivals: [1, 2], durationMs: 10, outstandingMax: 2, clock },
      send: (request) => (request === 0 ? Promise.reject("full") : Promise.resolve()),
      onAnswer: ({ failure }) => failures.push(failure),
      onLate: () => undefined,
    });
    expect(failures).toEqual(["full", undefined]);
  });
});

describe("runClosedLoop()", () => {
  it("keeps no more under way than asked, until its time is over", async () => {
    const { clock, pass } = fakeClock();
    let underWay = 0;
    let most = 0;
    const sent = await runClosedLoop({
      ...{ inFlight: 4, durationMs: 100, clock },
      send: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        pass(1);
        underWay -= 1;
      },
      onAnswer: () => undefined,
    });
    expect(most).toBe(4);
    expect(sent).toBeGreaterThanOrEqual(100);
    expect(sent).toBeLessThanOrEqual(104);
  });

  it("stops at a number of requests", async () => {
    const answers: number[] = [];
    await runClosedLoop({
      ...{ inFlight: 3, durationMs: 60_000, requestsMax: 5 },
      send: async () => undefined,
      onAnswer: ({ request }) => answers.push(request),
    });
    expect(answers.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });
});
