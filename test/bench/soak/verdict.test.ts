import { describe, expect, it } from "vitest";
import { deckOf, mix } from "../../../bench/soak/deck.js";
import { judge, type MemorySample } from "../../../bench/soak/verdict.js";

const MEBIBYTE = 2 ** 20;

/** Ten minutes, a sample a second, with a saw tooth as a collector makes it. */
function memory(residentMiB: (minute: number) => number): MemorySample[] {
  return Array.from({ length: 600 }, (_, second) => {
    const minute = second / 60;
    const residentBytes = (residentMiB(minute) + (second % 7) * 3) * MEBIBYTE;
    return { minute, residentBytes, heapBytes: 100 * MEBIBYTE };
  });
}

const steady = Array.from({ length: 10 }, (_, at) => ({
  minute: at + 0.5,
  p99: 20 + (at % 2),
}));

describe("judge()", () => {
  it("holds what fills in the first two minutes and then stays", () => {
    const verdict = judge(
      10,
      memory((minute) => 300 + 50 * Math.min(2, minute)),
      steady,
      0,
    );
    expect(verdict).toMatchObject({ memoryHeld: true, p99Held: true, errorsHeld: true });
  });

  it("does not hold a leak that is small beside the saw tooth", () => {
    const verdict = judge(
      10,
      memory((minute) => 300 + 2 * minute),
      steady,
      0,
    );
    expect(verdict.memoryHeld).toBe(false);
    expect(verdict.resident.slope).toBeCloseTo(2, 0);
  });

  it("does not hold a p99 that drifts, nor one error", () => {
    const drifting = steady.map(({ minute, p99 }) => ({ minute, p99: p99 + 3 * minute }));
    expect(
      judge(
        10,
        memory(() => 300),
        drifting,
        1,
      ),
    ).toMatchObject({
      memoryHeld: true,
      p99Held: false,
      errorsHeld: false,
    });
  });

  it("holds a p99 that moves surely and by next to nothing", () => {
    const creeping = steady.map(({ minute }) => ({ minute, p99: 20 + 0.01 * minute }));
    expect(
      judge(
        10,
        memory(() => 300),
        creeping,
        0,
      ).p99Held,
    ).toBe(true);
  });
});

describe("deckOf()", () => {
  it("holds each operation as often as the mix says, spread over the whole", () => {
    const deck = deckOf(mix);
    expect(deck).toHaveLength(100);
    expect(deck.filter((operation) => operation === "frame")).toHaveLength(20);
    const frames = deck.flatMap((operation, at) => (operation === "frame" ? [at] : []));
    const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7);
  });
});
