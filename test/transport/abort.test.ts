import { describe, expect, it } from "vitest";
import { endingWith, failingWith } from "../../src/transport/abort.js";

/** Gives 1, then waits for ever; tells when it was left. */
function stuck() {
  let left = false;
  let given = false;
  const items: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (given) return new Promise(() => undefined);
        given = true;
        return Promise.resolve({ done: false, value: 1 });
      },
      async return() {
        left = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { items, isLeft: () => left };
}

async function* numbers(count: number) {
  for (let i = 0; i < count; i += 1) yield i;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

describe("failingWith()", () => {
  it("gives the same items while the signal is quiet, and keeps nothing at it", async () => {
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    expect(await all(failingWith(numbers(100), signal))).toHaveLength(100);
    expect(listeners).toBe(0);
  });

  it("fails while it waits for the next item, and leaves the source", async () => {
    const controller = new AbortController();
    const { items, isLeft } = stuck();
    const iterator = failingWith(items, controller.signal)[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    const next = iterator.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ status: "CANCELLED" });
    expect(isLeft()).toBe(true);
    await expect(iterator.next()).rejects.toMatchObject({ status: "CANCELLED" });
  });

  it("hands on what the source throws", async () => {
    async function* broken() {
      yield 1;
      throw new Error("broken");
    }
    const { signal } = new AbortController();
    await expect(all(failingWith(broken(), signal))).rejects.toThrow("broken");
  });

  it("does not wait for the source when it is left", async () => {
    const { items, isLeft } = stuck();
    for await (const item of failingWith(items, new AbortController().signal)) {
      expect(item).toBe(1);
      break;
    }
    expect(isLeft()).toBe(true);
  });
});

describe("endingWith()", () => {
  it("ends while it waits for the next item, and says so", async () => {
    const controller = new AbortController();
    const { items, isLeft } = stuck();
    let cut = 0;
    const seen = all(
      endingWith(items, controller.signal, () => {
        cut += 1;
      }),
    );
    controller.abort();
    expect(await seen).toEqual([]);
    expect(isLeft()).toBe(true);
    expect(cut).toBe(1);
  });

  it("that ended by itself was not cut", async () => {
    let cut = 0;
    const { signal } = new AbortController();
    const seen = await all(
      endingWith(numbers(2), signal, () => {
        cut += 1;
      }),
    );
    expect(seen).toEqual([0, 1]);
    expect(cut).toBe(0);
  });
});
