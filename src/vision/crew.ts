import { performance } from "node:perf_hooks";
import { abortError } from "../base/errors.js";
import { createFairQueue } from "../base/fair-queue.js";
import {
  noWorkerLeft,
  queueFull,
  shuttingDown,
  tookTooLong,
  workersFailed,
} from "./crew-errors.js";
import { type Job, makeJob } from "./jobs.js";
import type { VisionAnswer, VisionProbe } from "./port.js";
import { wipe } from "./raster.js";
import { type Roster, startRoster } from "./roster.js";
import { createShares } from "./shares.js";
import type { Outcome, SpawnWorker, Thread } from "./thread.js";

/** What happens in a crew, to be counted. */
export const visionEvents = [
  "worker-started",
  "worker-lost",
  "job-retried",
  "job-failed",
  "job-cancelled",
  "job-overran",
  "queue-full",
] as const;
export type VisionEvent = (typeof visionEvents)[number];

export interface CrewOptions {
  /** Threads, 1 to 256. */
  readonly workers: number;
  /** Probes that may wait; beyond it the flow that has most of them gets QUEUE_FULL. */
  readonly queueMax: number;
  /**
   * Longest that a worker may take over one probe, milliseconds. Then the probe has failed, the
   * worker is told to stop and replaced, and ends when it does: never inside native code.
   */
  readonly jobMsMax: number;
  readonly spawn: SpawnWorker;
  /** Told of each event and, of losses, the cause. Must not throw. */
  readonly onEvent: (event: VisionEvent, cause?: unknown) => void;
}

/** How busy a crew is, now. */
export interface CrewLoad {
  readonly queued: number;
  readonly running: number;
  readonly threads: number;
}

/**
 * Threads that share one bounded queue. Flows (each camera, and the enrolments) take turns in it;
 * within a flow the order of arrival holds.
 */
export interface Crew {
  load(): CrewLoad;
  /**
   * @param flow whose probe it is
   * @throws CordonError QUEUE_FULL, WORKER_FAILED, SHUTTING_DOWN, by the signal, or the image's
   */
  submit(probe: VisionProbe, signal?: AbortSignal, flow?: string): Promise<VisionAnswer>;
  /** Refuses new probes, finishes those it has, ends the threads. @throws ThreadLeft */
  close(): Promise<void>;
}

/** Failures of workers after which a probe is given up: it is tried on a second one, once. */
const jobFailuresMax = 2;

/** Before the first probe is timed, for advice on when to try again. */
const jobMsGuess = 50;
/** Weight of the newest job in the mean of their times. */
const jobTimeWeight = 0.1;
const retryAfterMsMin = 10;

function discard({ faces }: VisionAnswer): void {
  wipe(...faces.map(({ embedding }) => embedding));
}

function settle(job: Job, outcome: Outcome, queueMs: number): void {
  if (outcome.kind === "refused") job.reject(outcome.error);
  if (outcome.kind !== "answer") return;
  const { answer } = outcome;
  // The caller may have left between the worker's last look and now.
  if (job.settled) discard(answer);
  else job.resolve({ ...answer, timings: { ...answer.timings, queueMs } });
}

/** The queue, the jobs under way, and the rules of retrying; threads come and go outside. */
function makeDesk(
  options: CrewOptions,
  threads: Pick<Roster, "giveBack" | "setAside">,
  pump: () => void,
) {
  const { jobMsMax, onEvent } = options;
  const queue = createFairQueue<Job>();
  const shares = createShares();
  const running = new Map<Job, Thread>();
  let jobMsMean = jobMsGuess;

  function retryOrFail(job: Job, cause: unknown): void {
    job.failures += 1;
    if (job.settled) return;
    if (job.failures < jobFailuresMax) {
      onEvent("job-retried", cause);
      queue.unshift(job.flow, job);
    } else {
      onEvent("job-failed", cause);
      job.reject(workersFailed(cause));
    }
  }

  /** Takes the job from a thread that is too long at it. What the thread still answers is lost. */
  function giveUp(thread: Thread, job: Job): void {
    onEvent("job-overran");
    job.reject(tookTooLong(jobMsMax));
    thread.cancel();
    leave(job);
    threads.setAside(thread);
    pump();
  }

  function leave(job: Job): void {
    running.delete(job);
    shares.done(job.flow);
  }

  async function work(thread: Thread, job: Job): Promise<void> {
    const startMs = performance.now();
    running.set(job, thread);
    shares.begun(job.flow);
    const watchdog = setTimeout(() => giveUp(thread, job), jobMsMax);
    const outcome = await thread.run(job.probe).catch((cause: unknown) => ({ cause }));
    clearTimeout(watchdog);
    if (running.get(job) !== thread) return;
    leave(job);
    if ("cause" in outcome) {
      retryOrFail(job, outcome.cause);
    } else {
      settle(job, outcome, startMs - job.queuedAtMs);
      jobMsMean += (performance.now() - startMs - jobMsMean) * jobTimeWeight;
      threads.giveBack(thread);
    }
    pump();
  }

  function drop(job: Job): void {
    onEvent("job-cancelled");
    queue.remove(job.flow, job);
    running.get(job)?.cancel();
    pump();
  }

  const retryAfterMs = (threads: number) =>
    Math.max(retryAfterMsMin, Math.round((queue.size / Math.max(1, threads)) * jobMsMean));

  /** Room for one more of this flow: the longest flow gives a place up, unless it is this one. */
  function makeRoom(flow: string, threads: number): void {
    if (queue.size < options.queueMax) return;
    onEvent("queue-full");
    const evicted = queue.evictFor(flow);
    const error = queueFull(queue.size, retryAfterMs(threads));
    if (evicted === undefined) throw error;
    evicted.reject(error);
  }

  return {
    queue,
    running,
    work,
    /** The next job for an idle thread, if there is one that may have it. */
    next(threads: number): Job | undefined {
      const nowMs = performance.now();
      return queue.take((flow) => shares.mayHaveThread(flow, threads, nowMs));
    },
    enqueue(
      probe: VisionProbe,
      flow: string,
      signal: AbortSignal | undefined,
      threads: number,
    ): Promise<VisionAnswer> {
      const nowMs = performance.now();
      shares.seen(flow, nowMs);
      makeRoom(flow, threads);
      const { job, answer } = makeJob(probe, flow, nowMs, signal, drop);
      queue.push(flow, job);
      pump();
      return answer;
    },
  };
}

/** Starts the threads; resolves when all of them take work, rejects with why one cannot. */
export async function startCrew(options: CrewOptions): Promise<Crew> {
  const { onEvent } = options;
  let closing = false;
  let drained: () => void = () => undefined;
  const threads = {
    giveBack: (thread: Thread) => roster.giveBack(thread),
    setAside: (thread: Thread) => roster.setAside(thread),
  };
  const desk = makeDesk(options, threads, pump);
  const roster = await startRoster({
    workers: options.workers,
    spawn: options.spawn,
    onStarted() {
      onEvent("worker-started");
      queueMicrotask(pump);
    },
    onLost: (cause) => onEvent("worker-lost", cause),
    onNoneLeft(cause, waitMs) {
      for (const job of desk.queue.clear()) job.reject(noWorkerLeft(cause, waitMs));
      pump();
    },
  });

  function pump(): void {
    while (desk.queue.size > 0) {
      const thread = roster.take();
      if (thread === undefined) break;
      const job = desk.next(roster.size);
      if (job === undefined) {
        roster.giveBack(thread);
        break;
      }
      void desk.work(thread, job);
    }
    if (closing && desk.queue.size === 0 && desk.running.size === 0) drained();
  }

  return {
    load: () => ({
      queued: desk.queue.size,
      running: desk.running.size,
      threads: roster.size,
    }),
    async submit(probe, signal, flow = "") {
      if (closing) throw shuttingDown();
      if (signal?.aborted) throw abortError(signal);
      return await desk.enqueue(probe, flow, signal, roster.size);
    },
    async close() {
      closing = true;
      await new Promise<void>((resolve) => {
        drained = resolve;
        pump();
      });
      await roster.close();
    },
  };
}
