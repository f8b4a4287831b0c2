import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFairQueue } from "../../src/base/fair-queue.js";

const any = () => true;

function queueOf(...jobs: readonly string[]) {
  const queue = createFairQueue<string>();
  for (const job of jobs) queue.push(job[0] ?? "", job);
  return queue;
}

function drained(queue: ReturnType<typeof queueOf>): string[] {
  const taken: string[] = [];
  for (let job = queue.take(any); job !== undefined; job = queue.take(any)) taken.push(job);
  return taken;
}

describe("a fair queue", () => {
  it("gives flows turns, and keeps the order within each", () => {
    const queue = queueOf("a1", "a2", "a3", "b1", "b2", "c1");
    expect(drained(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    expect(queue.size).toBe(0);
  });

  it("lets a newcomer have its turn after one of each of the others", () => {
    const queue = queueOf("a1", "a2", "a3");
    expect(queue.take(any)).toBe("a1");
    queue.push("b", "b1");
    expect(drained(queue)).toEqual(["a2", "b1", "a3"]);
  });

  it("passes over a flow that may not have a turn, which keeps its place", () => {
    const queue = queueOf("a1", "b1", "b2");
    expect(queue.take((flow) => flow !== "a")).toBe("b1");
    expect(queue.take(any)).toBe("a1");
    expect(queue.take((flow) => flow !== "b")).toBeUndefined();
    expect(queue.size).toBe(1);
  });

  it("puts a job that must be done again before the others of its flow", () => {
    const queue = queueOf("a2");
    queue.unshift("a", "a1");
    expect(drained(queue)).toEqual(["a1", "a2"]);
  });

  it("evicts the newest of the longest flow, and nothing for the longest flow itself", () => {
    const queue = queueOf("a1", "a2", "b1");
    expect(queue.evictFor("a")).toBeUndefined();
    expect(queue.evictFor("c")).toBe("a2");
    expect(queue.evictFor("b")).toBeUndefined();
    expect(drained(queue)).toEqual(["a1", "b1"]);
  });

  it("holds what was put in and neither taken, removed nor evicted, whatever the order", () => {
    const flow = fc.constantFrom("a", "b", "c");
    const step = fc.record({
      flow,
      act: fc.constantFrom("push", "push", "take", "evict", "remove"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createFairQueue<string>();
        const inside = new Set<string>();
        for (const [at, { flow, act }] of steps.entries()) {
          const job = `${flow}${at}`;
          if (act === "push") {
            queue.push(flow, job);
            inside.add(job);
          } else if (act === "remove") {
            const [first] = inside;
            if (first === undefined) continue;
            queue.remove(first[0] ?? "", first);
            inside.delete(first);
          } else {
            const gone = act === "take" ? queue.take(any) : queue.evictFor(flow);
            if (gone !== undefined) expect(inside.delete(gone)).toBe(true);
          }
          expect(queue.size).toBe(inside.size);
        }
        expect(new Set(queue.clear())).toEqual(inside);
        expect(queue.size).toBe(0);
      }),
    );
  });
});
