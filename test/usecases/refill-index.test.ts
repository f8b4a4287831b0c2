import { describe, expect, test } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { createLogger } from "../../src/telemetry/log.js";
import { createIndexRefill, type IndexRefillParts } from "../../src/usecases/refill-index.js";

const queueFull = new CordonError({
  status: "RESOURCE_EXHAUSTED",
  reason: "QUEUE_FULL",
  message: "full",
});

/** An index of which two galleries are lost, and that is filled after so many failures. */
function make(failures: readonly Error[]) {
  const left = [...failures];
  let lost: readonly string[] = ["*", "watch"];
  const asked: (readonly string[])[] = [];
  const waits: number[] = [];
  let failed = 0;
  let whole: () => void = () => undefined;
  const filled = new Promise<void>((resolve) => {
    whole = resolve;
  });
  const refill = createIndexRefill({
    index: {
      lost: () => lost,
      async reload(galleryIds) {
        asked.push(galleryIds);
        const failure = left.shift();
        if (failure !== undefined) throw failure;
        lost = [];
        whole();
      },
    },
    sources: { log: createLogger("silent") } as IndexRefillParts["sources"],
    count: () => {
      failed += 1;
    },
    async wait(ms, signal) {
      waits.push(ms);
      if (left.length > 0 || failures.length < 100) return;
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  });
  return { refill, asked, waits, filled, failures: () => failed };
}

describe("filling the index again", () => {
  test("is tried again after any failure, with growing waits, until it succeeds", async () => {
    const failures = [queueFull, new Error("the disk"), ...Array(8).fill(queueFull)];
    const { refill, asked, waits, filled, ...more } = make(failures);
    refill.begin();
    expect(refill.isWhole).toBe(false);
    // A second worker that ends does not begin a second one.
    refill.begin();
    await filled;
    await refill.stop();
    expect(asked).toHaveLength(11);
    expect(asked.at(-1)).toEqual(["*", "watch"]);
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
    expect(more.failures()).toBe(10);
    expect(refill.isWhole).toBe(true);
  });

  test("ends with the server, also while it waits", async () => {
    const { refill, asked } = make(Array(100).fill(queueFull));
    refill.begin();
    while (asked.length < 100) await new Promise(setImmediate);
    await refill.stop();
    refill.begin();
    expect(asked).toHaveLength(100);
    expect(refill.isWhole).toBe(false);
  });

  test("has nothing to do while nothing is lost", async () => {
    const { refill, filled, asked } = make([]);
    refill.begin();
    await filled;
    await refill.stop();
    refill.begin();
    expect(asked).toHaveLength(1);
    expect(refill.isWhole).toBe(true);
  });
});
