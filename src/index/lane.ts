import type { Worker } from "node:worker_threads";
import { abortError, CordonError, notFound } from "../base/errors.js";
import { capacityError } from "./check.js";
import type { Answer, Answers, Failure, Posted, Reply, Request } from "./messages.js";
import type { IndexLimits } from "./options.js";

/** How long a closing worker may take to finish and wipe before it is ended by force. */
const closeWaitMs = 10_000;
/** Longest advice on when to try again. */
const retryAfterMaxMs = 1_000;
/** Weight of the newest service time in the running mean. */
const serviceTimeWeight = 0.1;

export interface LaneOptions {
  readonly spawn: () => Worker;
  readonly limits: Pick<IndexLimits, "queueMax" | "inFlightMax" | "respawnsMax">;
  /** The worker ended and its memory with it. Called before anyone who waits is told. */
  readonly onLost: () => void;
}

/**
 * The host's side of one worker: a bounded queue whose requests are answered in order. A worker
 * that ends is replaced by an empty one.
 */
export interface Lane {
  /** Requests waiting or under way. */
  readonly depth: number;
  /** False when its worker keeps ending and is no longer replaced. */
  readonly alive: boolean;
  /**
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL; UNAVAILABLE WORKER_FAILED when the worker
   *   ends before the answer, SHUTTING_DOWN after `close`; CANCELLED and others by the signal
   */
  ask<R extends Request>(request: R, signal?: AbortSignal): Promise<Answers[R["kind"]]>;
  /** Refuses new requests, answers those it has, wipes and ends the worker. */
  close(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly request: Request;
  readonly settle: (outcome: Answer | CordonError) => void;
  postedMs: number;
}

/** Starts a worker and the queue before it. */
export function createLane({ spawn, limits, onLost }: LaneOptions): Lane {
  const waiting: Job[] = [];
  const inFlight = new Map<number, Job>();
  let nextId = 1;
  let respawns = 0;
  let meanServiceMs = 1;
  let lastReplyMs = 0;
  let closing: Promise<void> | null = null;
  let worker: Worker | null = start();

  function start(): Worker {
    const started = spawn();
    let cause: unknown;
    started.on("message", receive);
    started.on("messageerror", () => void started.terminate());
    started.on("error", (thrown) => {
      cause = thrown;
    });
    started.on("exit", () => lose(cause));
    return started;
  }

  function lose(cause: unknown): void {
    const lost = [...inFlight.values(), ...waiting];
    inFlight.clear();
    waiting.length = 0;
    respawns += 1;
    worker = null;
    if (closing === null) {
      onLost();
      if (respawns <= limits.respawnsMax) worker = start();
    }
    for (const job of lost) {
      forget(job.request);
      job.settle(job.request.kind === "close" ? null : workerFailed(cause));
    }
  }

  function receive(reply: Reply): void {
    const job = inFlight.get(reply.id);
    if (job === undefined) return;
    inFlight.delete(reply.id);
    const nowMs = performance.now();
    const serviceMs = nowMs - Math.max(lastReplyMs, job.postedMs);
    meanServiceMs += (serviceMs - meanServiceMs) * serviceTimeWeight;
    lastReplyMs = nowMs;
    respawns = 0;
    job.settle("answer" in reply ? reply.answer : failed(job.request, reply.failure));
    pump();
  }

  function pump(): void {
    while (worker !== null && inFlight.size < limits.inFlightMax) {
      const job = waiting.shift();
      if (job === undefined) return;
      job.postedMs = performance.now();
      inFlight.set(job.id, job);
      const posted: Posted = { id: job.id, request: job.request };
      const vectors = vectorsOf(job.request);
      worker.postMessage(posted, vectors === null ? [] : [vectors.buffer as ArrayBuffer]);
    }
  }

  function depth(): number {
    return waiting.length + inFlight.size;
  }

  /** Null when there is room. Removals have as much again, so that a flood cannot hold up one. */
  function refusal({ kind }: Request): CordonError | null {
    if (closing !== null) return shuttingDown();
    if (worker === null) return workerFailed(undefined);
    const most = kind === "remove" || kind === "drop" ? 2 * limits.queueMax : limits.queueMax;
    if (depth() < most) return null;
    const waitMs = Math.ceil(depth() * meanServiceMs);
    return queueFull(Math.min(retryAfterMaxMs, Math.max(1, waitMs)));
  }

  function enqueue(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const job: Job = {
        id: nextId++,
        request,
        postedMs: 0,
        settle(outcome) {
          signal?.removeEventListener("abort", abort);
          if (outcome instanceof CordonError) reject(outcome);
          else resolve(outcome);
        },
      };
      function abort(): void {
        const place = waiting.indexOf(job);
        if (place >= 0) {
          waiting.splice(place, 1);
          forget(request);
        }
        // One under way cannot be stopped; its answer settles a promise that is settled.
        job.settle(abortError(signal as AbortSignal));
      }
      signal?.addEventListener("abort", abort, { once: true });
      waiting.push(job);
      pump();
    });
  }

  async function ask(request: Request, signal?: AbortSignal): Promise<Answer> {
    const fault = signal?.aborted === true ? abortError(signal) : refusal(request);
    if (fault === null) return enqueue(request, signal);
    forget(request);
    throw fault;
  }

  async function end(): Promise<void> {
    const ending = worker;
    if (ending === null) return;
    const exited = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
    const force = setTimeout(() => void ending.terminate(), closeWaitMs);
    await Promise.all([enqueue({ kind: "close" }, undefined), exited]);
    clearTimeout(force);
  }

  return {
    get depth() {
      return depth();
    },
    get alive() {
      return worker !== null;
    },
    ask: ask as Lane["ask"],
    close() {
      closing ??= end();
      return closing;
    },
  };
}

/** The vectors a request carries: handed over to the worker, not copied. */
function vectorsOf(request: Request): Float32Array | null {
  if (request.kind === "search") return request.queries;
  if (request.kind === "add") return request.entries.vectors;
  return null;
}

/** Zeroes the vectors of a request that will not be met. Those handed over are not here. */
function forget(request: Request): void {
  const vectors = vectorsOf(request);
  if (vectors !== null && vectors.length > 0) vectors.fill(0);
}

function queueFull(retryAfterMs: number): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "Too many searches wait for this gallery's worker. Try again later, or add workers.",
    retryAfterMs,
  });
}

function failed(request: Request, failure: Failure): CordonError {
  if (failure === "memory") return capacityError("The server has no memory for these templates.");
  return notFound("gallery", "galleryId" in request ? request.galleryId : "");
}

function shuttingDown(): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "SHUTTING_DOWN",
    message: "The server is shutting down.",
  });
}

/** For a request whose gallery is, or was just now, lost with its worker. */
export function workerFailed(cause: unknown): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "WORKER_FAILED",
    message: "The worker that held this gallery ended. The gallery is loaded again: try later.",
    retryAfterMs: retryAfterMaxMs,
    cause,
  });
}
