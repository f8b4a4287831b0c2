import { getPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { workerEntry } from "../../src/base/worker-entry.js";

const moduleUrl = new URL("../../src/vision/pool.ts", import.meta.url).href;

/** Runs the compiled function in a thread, and tells the niceness there. */
async function nicenessOfThread(): Promise<number> {
  const code = `
    import { getPriority } from "node:os";
    import { parentPort } from "node:worker_threads";
    import { yieldToMainThread } from ${JSON.stringify(workerEntry(moduleUrl, "yielding.js").href)};
    yieldToMainThread();
    parentPort.postMessage(getPriority(0));`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const niceness = await new Promise<number>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
  await thread.terminate();
  return niceness;
}

describe.runIf(process.platform === "linux")("yieldToMainThread()", () => {
  it("makes the calling thread nicer, and leaves the main thread as it was", async () => {
    const before = getPriority(process.pid);
    expect(await nicenessOfThread()).toBe(10);
    expect(getPriority(process.pid)).toBe(before);
  });
});
