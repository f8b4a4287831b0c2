import { describe, expect, it } from "vitest";
import { mapConcurrently } from "../../src/base/map-concurrently.js";

const never = new AbortController().signal;

async function* counting(to: number, read: number[] = []) {
  for (let n = 1; n <= to; n += 1) {
    read.push(n);
    yield n;
  }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("mapConcurrently()", () => {
  it("gives every result, as they come", async () => {
    const waits = new Map<number, () => void>();
    const work = (n: number) => new Promise<number>((resolve) => waits.set(n, () => resolve(n)));
    const results = mapConcurrently(
      counting(3),
      { weightMax: 3, weightOf: () => 1, signal: never },
      work,
    );
    const first = results.next();
    while (waits.size < 3) await Promise.resolve();
    waits.get(2)?.();
    expect(await first).toEqual({ done: false, value: 2 });
    waits.get(1)?.();
    waits.get(3)?.();
    expect((await all(results)).sort()).toEqual([1, 3]);
  });

  it("reads no more than its weight allows until a result is taken", async () => {
    const read: number[] = [];
    const results = mapConcurrently(
      counting(10, read),
      { weightMax: 4, weightOf: (n) => (n === 1 ? 3 : 1), signal: never },
      async (n) => n,
    );
    await results.next();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    // Taken: 1. Waiting with their results: 2 to 5; the sixth was read and must wait.
    expect(read).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await all(results)).toHaveLength(9);
  });

  it("works on one that is heavier than all may be together, alone", async () => {
    const results = mapConcurrently(
      counting(3),
      { weightMax: 2, weightOf: () => 5, signal: never },
      async (n) => n,
    );
    expect(await all(results)).toEqual([1, 2, 3]);
  });

  it("finishes what is under way when the source fails, then fails", async () => {
    async function* failing() {
      yield 1;
      throw new Error("the source broke");
    }
    const results = mapConcurrently(
      failing(),
      { weightMax: 2, weightOf: () => 1, signal: never },
      async (n) => n,
    );
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(results.next()).rejects.toThrow("the source broke");
  });
});
