import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { ThreadLeft } from "../../src/base/thread-left.js";
import { type CrewOptions, startCrew, type VisionEvent } from "../../src/vision/crew.js";
import type { WorkerReply, WorkerRequest } from "../../src/vision/messages.js";
import type { VisionAnswer } from "../../src/vision/port.js";
import { rejection } from "./photos.js";

type Behaviour = (worker: FakeWorker, request: WorkerRequest) => void;

/** A worker that the test plays: it is ready at once and answers when told to. */
class FakeWorker extends EventEmitter {
  readonly flag: Int32Array;
  readonly requests: WorkerRequest[] = [];
  isTerminated = false;
  isRef = true;
  behaviour: Behaviour;

  constructor(flag: SharedArrayBuffer, behaviour: Behaviour, fit = true) {
    super();
    this.flag = new Int32Array(flag);
    this.behaviour = behaviour;
    const unfit = { status: "INTERNAL", reason: "UNFIT", message: "unfit", causeText: "" } as const;
    queueMicrotask(() => this.reply(fit ? { kind: "ready" } : { kind: "unfit", error: unfit }));
  }

  reply(reply: WorkerReply): void {
    this.emit("message", reply);
  }

  postMessage(request: WorkerRequest): void {
    this.requests.push(request);
    queueMicrotask(() => this.behaviour(this, request));
  }

  answer({ id }: WorkerRequest, embedding = Float32Array.of(1)): void {
    this.reply({ kind: "answer", id, answer: answerWith(embedding) });
  }

  die(): void {
    this.emit("error", new Error("worker died"));
    this.emit("exit", 1);
  }

  async terminate(): Promise<number> {
    this.isTerminated = true;
    this.emit("exit", 1);
    return 1;
  }

  unref(): void {
    this.isRef = false;
  }

  /** Stops the job that it was given last, as a worker does that sees the flag. */
  notice(): void {
    const { id } = this.requests.at(-1) as WorkerRequest;
    expect(this.flag[0]).toBe(id);
    this.reply({ kind: "cancelled", id });
  }
}

function answerWith(embedding: Float32Array): VisionAnswer {
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const quality = {
    acceptable: true,
    reasons: [],
    eyeDistancePx: 1,
    sharpness: 1,
    brightness: 1,
    yawDegrees: 0,
    pitchDegrees: 0,
    rollDegrees: 0,
    detectorScore: 1,
  };
  const timings = { queueMs: 0, decodeMs: 1, detectMs: 1, alignMs: 1, embedMs: 1 };
  const faces = [{ box, landmarks: [], quality, embedding }];
  return { width: 1, height: 1, faces, facesDropped: 0, timings };
}

const obliging: Behaviour = (worker, request) => worker.answer(request);
const silent: Behaviour = () => undefined;
const mortal: Behaviour = (worker) => worker.die();

async function crewOf(behaviour: Behaviour, options: Partial<CrewOptions> = {}) {
  const workers: FakeWorker[] = [];
  const events: VisionEvent[] = [];
  const crew = await startCrew({
    workers: 1,
    queueMax: 2,
    jobMsMax: 60_000,
    onEvent: (event) => events.push(event),
    spawn(flag) {
      const worker = new FakeWorker(flag, behaviour);
      workers.push(worker);
      return worker as unknown as Worker;
    },
    ...options,
  });
  return { crew, workers, events, last: () => workers.at(-1) as FakeWorker };
}

const probe = (...bytes: number[]) => ({ kind: "image", bytes: Uint8Array.from(bytes) }) as const;

describe("a crew", () => {
  it("answers, with the time in the queue added", async () => {
    const { crew } = await crewOf(obliging);
    const answer = await crew.submit(probe(1));
    expect(answer.faces).toHaveLength(1);
    expect(answer.timings.queueMs).toBeGreaterThanOrEqual(0);
    await crew.close();
  });

  it("works in order of arrival and on as many probes as it has threads", async () => {
    const { crew, workers } = await crewOf(silent, { workers: 2, queueMax: 9 });
    const answers = [1, 2, 3, 4].map((byte) => crew.submit(probe(byte)));
    expect(crew.load()).toEqual({ queued: 2, running: 2, threads: 2 });
    const seen: number[] = [];
    while (seen.length < 4) {
      for (const worker of workers) {
        const request = worker.requests.shift();
        if (request === undefined) continue;
        seen.push(request.probe.bytes[0] ?? 0);
        worker.answer(request);
        await Promise.resolve();
      }
      await new Promise(setImmediate);
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    await Promise.all(answers);
    await crew.close();
  });

  it("sends a copy: the caller's bytes stay whole", async () => {
    const { crew, last } = await crewOf(obliging);
    const message = Uint8Array.of(9, 9, 1, 2, 9);
    await crew.submit({ kind: "image", bytes: message.subarray(2, 4) });
    const sent = last().requests[0]?.probe.bytes;
    expect(Array.from(sent ?? [])).toEqual([1, 2]);
    expect(sent?.buffer).not.toBe(message.buffer);
    await crew.close();
  });

  it("passes on what a worker refuses", async () => {
    const { crew } = await crewOf((worker, { id }) => {
      const error = {
        status: "INVALID_ARGUMENT",
        reason: "IMAGE_UNREADABLE",
        message: "image: damaged",
        fields: [{ field: "image", description: "damaged" }],
        causeText: "jpeg",
      } as const;
      worker.reply({ kind: "refused", id, error });
    });
    const error = await rejection(crew.submit(probe(1)), "IMAGE_UNREADABLE");
    expect(error.fields).toHaveLength(1);
    expect((error.cause as Error).message).toBe("jpeg");
    await crew.close();
  });
});

describe("a full queue", () => {
  it("refuses with QUEUE_FULL and says when to try again; there is room again later", async () => {
    const { crew, last, events } = await crewOf(silent);
    const waiting = [crew.submit(probe(1)), crew.submit(probe(2)), crew.submit(probe(3))];
    const error = await rejection(crew.submit(probe(4)), "QUEUE_FULL");
    expect(error.status).toBe("RESOURCE_EXHAUSTED");
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(events).toContain("queue-full");
    for (const answer of waiting) {
      last().answer(last().requests.at(-1) as WorkerRequest);
      await answer;
    }
    const again = crew.submit(probe(5));
    last().answer(last().requests.at(-1) as WorkerRequest);
    await again;
    await crew.close();
  });
});

describe("cancellation", () => {
  it("a signal that fired already is answered before anything is queued", async () => {
    const { crew, last } = await crewOf(silent);
    await rejection(crew.submit(probe(1), AbortSignal.abort()), "CANCELLED");
    expect(last().requests).toHaveLength(0);
    await crew.close();
  });

  it("queued work is dropped before a worker sees it", async () => {
    const { crew, last, events } = await crewOf(silent);
    const controller = new AbortController();
    const first = crew.submit(probe(1));
    const second = crew.submit(probe(2), controller.signal);
    controller.abort();
    await rejection(second, "CANCELLED");
    expect(crew.load().queued).toBe(0);
    expect(events).toContain("job-cancelled");
    last().answer(last().requests[0] as WorkerRequest);
    await first;
    expect(last().requests).toHaveLength(1);
    await crew.close();
  });

  it("running work is answered at once with the signal's error, and its worker is told", async () => {
    const { crew, last } = await crewOf(silent);
    const controller = new AbortController();
    const job = crew.submit(probe(1), controller.signal);
    const status = "DEADLINE_EXCEEDED";
    controller.abort(new CordonError({ status, reason: status, message: "too late" }));
    await rejection(job, "DEADLINE_EXCEEDED");
    const { id } = last().requests[0] as WorkerRequest;
    expect(last().flag[0]).toBe(id);
    last().reply({ kind: "cancelled", id });
    await crew.close();
  });

  it("a result that comes too late is zeroed and thrown away", async () => {
    const { crew, last } = await crewOf(silent);
    const controller = new AbortController();
    const job = crew.submit(probe(1), controller.signal);
    controller.abort();
    await rejection(job, "CANCELLED");
    const embedding = Float32Array.of(0.6, 0.8);
    last().answer(last().requests[0] as WorkerRequest, embedding);
    await crew.close();
    expect(Array.from(embedding)).toEqual([0, 0]);
  });

  it("the next job on the same worker is not touched by an older cancellation", async () => {
    const { crew, last } = await crewOf(silent);
    const controller = new AbortController();
    const first = crew.submit(probe(1), controller.signal);
    controller.abort();
    await rejection(first, "CANCELLED");
    last().reply({ kind: "cancelled", id: (last().requests[0] as WorkerRequest).id });
    const second = crew.submit(probe(2));
    await new Promise(setImmediate);
    const request = last().requests[1] as WorkerRequest;
    expect(last().flag[0]).not.toBe(request.id);
    last().answer(request);
    await expect(second).resolves.toBeDefined();
    await crew.close();
  });
});

describe("workers that die", () => {
  it("are replaced, and their probe is tried once more", async () => {
    let deaths = 0;
    const { crew, workers, events } = await crewOf((worker, request) => {
      deaths += 1;
      if (deaths === 1) worker.die();
      else worker.answer(request);
    });
    await expect(crew.submit(probe(7))).resolves.toBeDefined();
    expect(workers).toHaveLength(2);
    expect(Array.from(workers[1]?.requests[0]?.probe.bytes ?? [])).toEqual([7]);
    expect(events).toEqual(["worker-started", "worker-lost", "job-retried", "worker-started"]);
    await crew.close();
  });

  it("fail a probe that kills two of them with WORKER_FAILED, and the crew goes on", async () => {
    const { crew, events } = await crewOf((worker, request) => {
      if (request.probe.bytes[0] === 13) mortal(worker, request);
      else obliging(worker, request);
    });
    const error = await rejection(crew.submit(probe(13)), "WORKER_FAILED");
    expect(error.status).toBe("INTERNAL");
    expect((error.cause as Error).message).toBe("worker died");
    await expect(crew.submit(probe(1))).resolves.toBeDefined();
    expect(events.filter((event) => event === "worker-lost")).toHaveLength(2);
    expect(events).toContain("job-failed");
    await crew.close();
  });

  it("idle are replaced too", async () => {
    const { crew, workers } = await crewOf(obliging);
    workers[0]?.die();
    await expect(crew.submit(probe(1))).resolves.toBeDefined();
    expect(workers).toHaveLength(2);
    await crew.close();
  });

  it("and cannot be started again fail what waits, with advice to come back", async () => {
    let started = 0;
    const { crew } = await crewOf(mortal, {
      spawn(flag) {
        started += 1;
        return new FakeWorker(flag, mortal, started === 1) as unknown as Worker;
      },
    });
    const error = await rejection(crew.submit(probe(1)), "WORKER_FAILED");
    expect(error.status).toBe("UNAVAILABLE");
    expect(error.retryAfterMs).toBeGreaterThan(0);
    await crew.close();
  });

  it("that cannot start at all stop the start", async () => {
    const spawn = (flag: SharedArrayBuffer) =>
      new FakeWorker(flag, silent, false) as unknown as Worker;
    await rejection(crewOf(silent, { spawn, workers: 3 }), "UNFIT");
  });
});

describe("a worker that takes too long over a probe", () => {
  const JOB_MS_MAX = 60_000;
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  const slow: Behaviour = (worker, request) => {
    if (request.probe.bytes[0] !== 13) worker.answer(request);
  };
  const overrun = async (crew: Awaited<ReturnType<typeof crewOf>>["crew"]) => {
    const failed = rejection(crew.submit(probe(13)), "WORKER_FAILED");
    await vi.advanceTimersByTimeAsync(JOB_MS_MAX);
    return await failed;
  };

  it("fails the probe, which no other worker is given, and is replaced", async () => {
    const { crew, workers, events } = await crewOf(slow, { jobMsMax: JOB_MS_MAX });
    const error = await overrun(crew);
    expect(error.status).toBe("INTERNAL");
    expect(error.message).toContain("60 s");
    await expect(crew.submit(probe(1))).resolves.toBeDefined();
    expect(events).toEqual(["worker-started", "job-overran", "worker-started"]);
    expect(workers.map(({ requests }) => requests.length)).toEqual([1, 1]);
    workers[0]?.notice();
    await crew.close();
  });

  it("is ended when it has stopped, and never while it works", async () => {
    const { crew, workers } = await crewOf(slow, { jobMsMax: JOB_MS_MAX });
    await overrun(crew);
    await vi.advanceTimersByTimeAsync(10 * JOB_MS_MAX);
    expect(workers[0]?.isTerminated).toBe(false);
    workers[0]?.notice();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers[0]?.isTerminated).toBe(true);
    expect(workers[1]?.isTerminated).toBe(false);
    await crew.close();
  });

  it("zeroes the answer that nobody waits for any more", async () => {
    const { crew, workers } = await crewOf(slow, { jobMsMax: JOB_MS_MAX });
    await overrun(crew);
    const embedding = Float32Array.of(0.6, 0.8);
    workers[0]?.answer(workers[0]?.requests[0] as WorkerRequest, embedding);
    await crew.close();
    expect(Array.from(embedding)).toEqual([0, 0]);
  });

  it("is not replaced when as many are away as there are workers, until one returns", async () => {
    const { crew, workers } = await crewOf(slow, { jobMsMax: JOB_MS_MAX });
    await overrun(crew);
    await overrun(crew);
    const waiting = crew.submit(probe(1));
    await vi.advanceTimersByTimeAsync(10 * JOB_MS_MAX);
    expect(workers).toHaveLength(2);
    expect(crew.load()).toEqual({ queued: 1, running: 0, threads: 0 });
    workers[0]?.notice();
    await expect(waiting).resolves.toBeDefined();
    expect(workers).toHaveLength(3);
    workers[1]?.notice();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers).toHaveLength(3);
    await crew.close();
  });

  it("and that nothing stops is left when the crew closes, which says so", async () => {
    const { crew, workers } = await crewOf(slow, { jobMsMax: JOB_MS_MAX });
    await overrun(crew);
    const closing = crew.close().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await closing).toBeInstanceOf(ThreadLeft);
    expect(workers[0]).toMatchObject({ isTerminated: false, isRef: false });
    expect(workers[1]?.isTerminated).toBe(true);
  });
});

describe("flows of a crew", () => {
  it("take turns, each in its own order", async () => {
    const { crew, last } = await crewOf(obliging, { queueMax: 9 });
    const flood = [1, 2, 3].map((byte) => crew.submit(probe(byte), undefined, "a"));
    const other = crew.submit(probe(9), undefined, "b");
    await Promise.all([...flood, other]);
    expect(last().requests.map(({ probe: { bytes } }) => bytes[0])).toEqual([1, 2, 9, 3]);
    await crew.close();
  });

  it("leave a thread free for one another", async () => {
    const { crew, workers } = await crewOf(silent, { workers: 2, queueMax: 9 });
    const given = () =>
      workers.flatMap(({ requests }) => requests.map((one) => one.probe.bytes[0]));
    const waiting = [crew.submit(probe(9), undefined, "b")];
    const [first] = workers;
    first?.answer(first.requests[0] as WorkerRequest);
    await Promise.all(waiting);
    await new Promise(setImmediate);
    const flood = [1, 2, 3].map((byte) => crew.submit(probe(byte), undefined, "a"));
    expect(given()).toEqual(expect.arrayContaining([9, 1]));
    expect(crew.load()).toMatchObject({ running: 1, queued: 2 });
    const other = crew.submit(probe(8), undefined, "b");
    expect(given()).toContain(8);
    expect(crew.load()).toMatchObject({ running: 2, queued: 2 });
    for (const worker of workers) worker.behaviour = obliging;
    for (const worker of workers) worker.answer(worker.requests.at(-1) as WorkerRequest);
    await Promise.all([...flood, other]);
    await crew.close();
  });

  it("beyond the queue's limit lose the newest of the longest, and nobody else's", async () => {
    const { crew, last, events } = await crewOf(silent, { queueMax: 3 });
    const flood = [1, 2, 3, 4].map((byte) => crew.submit(probe(byte), undefined, "a"));
    const other = crew.submit(probe(9), undefined, "b");
    const error = await rejection(flood[3] ?? other, "QUEUE_FULL");
    expect(error.status).toBe("RESOURCE_EXHAUSTED");
    expect(error.retryAfterMs).toBeGreaterThan(0);
    await rejection(crew.submit(probe(5), undefined, "a"), "QUEUE_FULL");
    expect(events.filter((event) => event === "queue-full")).toHaveLength(2);
    last().behaviour = obliging;
    last().answer(last().requests[0] as WorkerRequest);
    await Promise.all([...flood.slice(0, 3), other]);
    await crew.close();
  });
});

describe("close()", () => {
  it("refuses new probes, finishes those it has, and ends the workers", async () => {
    const { crew, last } = await crewOf(silent);
    const [first, second] = [crew.submit(probe(1)), crew.submit(probe(2))];
    let closed = false;
    const closing = crew.close().then(() => {
      closed = true;
    });
    await rejection(crew.submit(probe(3)), "SHUTTING_DOWN");
    last().answer(last().requests[0] as WorkerRequest);
    await first;
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    last().answer(last().requests[1] as WorkerRequest);
    await second;
    await closing;
    expect(crew.load().threads).toBe(0);
  });
});
