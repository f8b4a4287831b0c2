import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startCrew } from "../../src/vision/crew.js";
import type { WorkerReply, WorkerRequest } from "../../src/vision/messages.js";

/*
 * Two cameras in a time that the test makes: what one waits is exact, whatever else the machine
 * does. Each frame takes 15 ms of one of two workers.
 */
const FRAME_MS = 15;
const SECONDS = 20;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** A worker that takes its time over each frame. */
class SlowWorker extends EventEmitter {
  constructor() {
    super();
    queueMicrotask(() => this.reply({ kind: "ready" }));
  }

  reply(reply: WorkerReply): void {
    this.emit("message", reply);
  }

  postMessage({ id }: WorkerRequest): void {
    const timings = { queueMs: 0, decodeMs: 0, detectMs: 0, alignMs: 0, embedMs: 0 };
    const answer = { width: 1, height: 1, faces: [], facesDropped: 0, timings };
    setTimeout(() => this.reply({ kind: "answer", id, answer }), FRAME_MS);
  }

  async terminate(): Promise<number> {
    this.emit("exit", 1);
    return 1;
  }
}

/** How long the frames of a quiet camera took, five a second, milliseconds. */
async function quietCamera(flood: boolean): Promise<readonly number[]> {
  const crew = await startCrew({
    workers: 2,
    queueMax: 32,
    jobMsMax: 60_000,
    onEvent: () => undefined,
    spawn: () => new SlowWorker() as unknown as Worker,
  });
  const probe = { kind: "image", bytes: new Uint8Array(1) } as const;
  const took: number[] = [];
  let refused = 0;
  for (let ms = 0; ms < SECONDS * 1000; ms += 5) {
    // 200 frames a second, of which two workers can do 133.
    if (flood) crew.submit(probe, undefined, "flood").catch(() => (refused += 1));
    if (ms % 200 === 0) {
      const began = performance.now();
      void crew.submit(probe, undefined, "quiet").then(() => took.push(performance.now() - began));
    }
    await vi.advanceTimersByTimeAsync(5);
  }
  await vi.advanceTimersByTimeAsync(64 * FRAME_MS);
  if (flood) expect(refused).toBeGreaterThan(0);
  await crew.close();
  return took;
}

it("a flooding camera does not raise what another one waits, but for its first frame", async () => {
  const alone = await quietCamera(false);
  const beside = await quietCamera(true);
  expect(alone).toHaveLength(SECONDS * 5);
  // None of them was refused.
  expect(beside).toHaveLength(SECONDS * 5);
  const longest = (times: readonly number[]) => Math.max(...times.slice(1));
  expect(longest(beside)).toBeLessThanOrEqual(1.5 * longest(alone));
  // The first finds both workers with the flood, and waits for one of its frames.
  expect(beside[0]).toBeLessThanOrEqual(2 * FRAME_MS);
});
