import type { Worker } from "node:worker_threads";
import { abortError, CordonError, notFound } from "../base/errors.js";
import { ThreadLeft } from "../base/thread-left.js";
import { capacityError } from "./check.js";
import type { Answer, Answers, Failure, Posted, Reply, Request } from "./messages.js";
import type { IndexLimits } from "./options.js";
import { galleryOfShard } from "./shards.js";

/** How long a closing worker may take to finish and wipe; then it is left to the process's end. */
const closeWaitMs = 10_000;
/** Longest advice on when to try again. */
const retryAfterMaxMs = 1_000;
/** Weight of the newest service time in the running mean. */
const serviceTimeWeight = 0.1;

export interface LaneOptions {
  readonly spawn: () => Worker;
  readonly limits: Pick<IndexLimits, "queueMax" | "inFlightMax" | "respawnsMax">;
  /**
   * The worker ended and its memory with it. Called before anyone who waits is told, and when the
   * next worker is there already, if there is to be one.
   */
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
  /** Why a request of this kind would be refused now; null when it would be taken. */
  refusal(kind: Request["kind"]): CordonError | null;
  /**
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL; UNAVAILABLE WORKER_FAILED when the worker
   *   ends before the answer, SHUTTING_DOWN after `close`; CANCELLED and others by the signal
   */
  ask<R extends Request>(request: R, signal?: AbortSignal): Promise<Answers[R["kind"]]>;
  /**
   * Refuses new requests, answers those it has, wipes and ends the worker.
   * @throws ThreadLeft when that takes more than 10 s; who still waits then gets WORKER_FAILED
   */
  close(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly request: Request;
  readonly settle: (outcome: Answer | CordonError) => void;
  postedMs: number;
}

/** Starts a worker and the queue before it. */
export function createLane(options: LaneOptions): Lane {
  return new WorkerLane(options);
}

class WorkerLane implements Lane {
  readonly #options: LaneOptions;
  readonly #waiting: Job[] = [];
  readonly #inFlight = new Map<number, Job>();
  #worker: Worker | null;
  #closing: Promise<void> | null = null;
  #nextId = 1;
  #respawns = 0;
  #meanServiceMs = 1;
  #lastReplyMs = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  get depth(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  get alive(): boolean {
    return this.#worker !== null;
  }

  async ask<R extends Request>(request: R, signal?: AbortSignal): Promise<Answers[R["kind"]]> {
    const fault = signal?.aborted === true ? abortError(signal) : this.refusal(request.kind);
    if (fault !== null) {
      forget(request);
      throw fault;
    }
    // The worker answers each kind with its own type (messages.ts).
    return (await this.#enqueue(request, signal)) as Answers[R["kind"]];
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #start(): Worker {
    const worker = this.#options.spawn();
    let cause: unknown;
    worker.on("message", (reply: Reply) => this.#receive(reply));
    worker.on("messageerror", () => void worker.terminate());
    worker.on("error", (thrown) => {
      cause = thrown;
    });
    worker.on("exit", () => this.#lose(cause));
    return worker;
  }

  #lose(cause: unknown): void {
    const lost = [...this.#inFlight.values(), ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    this.#worker = null;
    this.#respawns += 1;
    if (this.#closing === null) {
      if (this.#respawns <= this.#options.limits.respawnsMax) this.#worker = this.#start();
      this.#options.onLost();
    }
    for (const job of lost) {
      forget(job.request);
      job.settle(job.request.kind === "close" ? null : workerFailed(cause));
    }
  }

  #receive(reply: Reply): void {
    const job = this.#inFlight.get(reply.id);
    if (job === undefined) return;
    this.#inFlight.delete(reply.id);
    const nowMs = performance.now();
    const serviceMs = nowMs - Math.max(this.#lastReplyMs, job.postedMs);
    this.#meanServiceMs += (serviceMs - this.#meanServiceMs) * serviceTimeWeight;
    this.#lastReplyMs = nowMs;
    this.#respawns = 0;
    job.settle("answer" in reply ? reply.answer : failed(job.request, reply.failure));
    this.#pump();
  }

  #pump(): void {
    while (this.#worker !== null && this.#inFlight.size < this.#options.limits.inFlightMax) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      job.postedMs = performance.now();
      this.#inFlight.set(job.id, job);
      const posted: Posted = { id: job.id, request: job.request };
      const vectors = vectorsOf(job.request);
      this.#worker.postMessage(posted, vectors === null ? [] : [vectors.buffer as ArrayBuffer]);
    }
  }

  /**
   * Additions are bounded here. Removals have as much room again, so that a flood cannot hold up
   * one. The rest is bounded by whoever asks: searches by the queue before the batches.
   */
  refusal(kind: Request["kind"]): CordonError | null {
    if (this.#closing !== null) return shuttingDown();
    if (this.#worker === null) return workerFailed(undefined);
    const { queueMax } = this.#options.limits;
    const isRemoval = kind === "remove" || kind === "removeTemplates";
    if (kind !== "add" && !isRemoval) return null;
    if (this.depth < (isRemoval ? 2 * queueMax : queueMax)) return null;
    return queueFull(this.depth * this.#meanServiceMs);
  }

  #enqueue(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const job: Job = {
        id: this.#nextId++,
        request,
        postedMs: 0,
        settle(outcome) {
          signal?.removeEventListener("abort", abort);
          if (outcome instanceof CordonError) reject(outcome);
          else resolve(outcome);
        },
      };
      const abort = () => this.#abort(job, abortError(signal as AbortSignal));
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.push(job);
      this.#pump();
    });
  }

  /** One under way cannot be stopped; its answer will settle a promise that is settled. */
  #abort(job: Job, error: CordonError): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      forget(job.request);
    }
    job.settle(error);
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        worker.unref();
        reject(new ThreadLeft("the index", closeWaitMs));
        this.#lose(undefined);
      }, closeWaitMs);
    });
    const closed = Promise.all([this.#enqueue({ kind: "close" }, undefined), exited]);
    await Promise.race([closed, tooLong]).finally(() => clearTimeout(timer));
  }
}

/** The vectors a request carries: handed over to the worker, not copied. */
function vectorsOf(request: Request): Float32Array | null {
  if (request.kind === "search" || request.kind === "compare") return request.queries;
  if (request.kind === "add") return request.entries.vectors;
  return null;
}

/** Zeroes the vectors of a request that will not be met. Those handed over are not here. */
function forget(request: Request): void {
  const vectors = vectorsOf(request);
  if (vectors !== null && vectors.length > 0) vectors.fill(0);
}

/** @param waitMs how long it may be until there is room */
export function queueFull(waitMs: number): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "Too much waits for the index already. Try again later, or add workers.",
    retryAfterMs: Math.min(retryAfterMaxMs, Math.max(1, Math.ceil(waitMs))),
  });
}

function failed(request: Request, failure: Failure): CordonError {
  if (failure === "memory") return capacityError("The server has no memory for these templates.");
  return notFound("gallery", "galleryId" in request ? galleryOfShard(request.galleryId) : "");
}

/** After `close`. */
export function shuttingDown(): CordonError {
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
    message: "A worker that held part of this gallery ended. It is loaded again: try later.",
    retryAfterMs: retryAfterMaxMs,
    cause,
  });
}
