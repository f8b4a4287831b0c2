import type { Clock } from "../base/clock.js";
import { abortError, type CordonError, notFound, toCordonError } from "../base/errors.js";
import { requirePermit } from "../base/permit.js";
import { noteSearch, searchShards } from "./fan-out.js";
import { queueFull, shuttingDown } from "./lane.js";
import type { IndexEvents, IndexLimits } from "./options.js";
import { holdsAny, isLive, type Placement } from "./placement.js";
import { createQueryQueue } from "./query-queue.js";
import { type Answers, type Search, Ticket } from "./ticket.js";

/**
 * Batches that the workers have at once: the one they work on, and the one they go on with while
 * the host takes in the answers. More would only take queries out of the fair queue early.
 */
const underWayMax = 2;
/** How long a search that a worker's end broke off waits for its gallery to be whole again. */
const lossWaitMs = 1_000;
/** How long `close` waits for answers; the workers are ended soon after, whatever they do. */
const closeWaitMs = 10_000;
/** Weight of the newest batch in the running mean of how long one takes. */
const batchTimeWeight = 0.1;

export interface BatchOptions {
  readonly placement: Placement;
  readonly dimension: number;
  readonly limits: Pick<IndexLimits, "queueMax" | "batchQueriesMax">;
  /** Longest wait for others to share a batch with, ms, while the workers are busy. */
  readonly windowMs: number;
  readonly clock: Clock;
  readonly events: IndexEvents;
}

/**
 * Gathers searches of a gallery that arrive while the workers are busy, since a scan of many
 * queries at once costs each of them little. A search that finds the workers idle leaves at once.
 */
export interface Batches {
  /**
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL, UNAVAILABLE WORKER_FAILED, PERMIT_EXPIRED
   *   or SHUTTING_DOWN, NOT_FOUND for a gallery dropped meanwhile, and what the signal says
   */
  ask(search: Search, signal?: AbortSignal): Promise<Answers>;
  /** Refuses what comes from now on, and resolves when what waits is answered, or given up. */
  close(): Promise<void>;
}

/** Starts empty. */
export function createBatches(options: BatchOptions): Batches {
  return new GatheredBatches(options);
}

class GatheredBatches implements Batches {
  readonly #options: BatchOptions;
  readonly #queue = createQueryQueue<Ticket>();
  /** Searches that wait for their gallery to be whole again. */
  readonly #parked = new Set<Ticket>();
  #underWay = 0;
  #isPumping = false;
  #windowTimer: NodeJS.Timeout | null = null;
  #windowPassed = false;
  #meanBatchMs = 1;
  #closed: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  ask(search: Search, signal?: AbortSignal): Promise<Answers> {
    return new Promise<Answers>((resolve, reject) => {
      const ticket = new Ticket(search, resolve, reject);
      const fault = signal?.aborted === true ? abortError(signal) : this.#admit(ticket);
      if (fault !== null) {
        ticket.fail(fault);
        return;
      }
      if (signal !== undefined) this.#abortWith(ticket, signal);
      this.#queue.push(ticket);
      this.#schedule();
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        for (const ticket of this.#queue.clear()) ticket.fail(shuttingDown());
        resolve();
      }, closeWaitMs);
      this.#closed = () => {
        clearTimeout(giveUp);
        resolve();
      };
      for (const ticket of this.#parked) ticket.fail(shuttingDown());
      this.#parked.clear();
      this.#pump();
    });
    return this.#closing;
  }

  /** Null when there is room, which a camera with more waiting than this one may have to give. */
  #admit({ cameraId, count }: Ticket): CordonError | null {
    if (this.#closing !== null) return shuttingDown();
    const { queueMax, batchQueriesMax } = this.#options.limits;
    while (this.#queue.queries > 0 && this.#queue.queries + count > queueMax) {
      const other = this.#queue.newestOfLongest() as Ticket;
      const waiting = this.#queue.queries / batchQueriesMax;
      const refused = queueFull(waiting * this.#meanBatchMs);
      const theirs = this.#queue.queriesOf(other.cameraId);
      if (theirs <= this.#queue.queriesOf(cameraId) + count) return refused;
      this.#queue.remove(other);
      other.fail(refused);
    }
    return null;
  }

  #abortWith(ticket: Ticket, signal: AbortSignal): void {
    const abort = () => {
      this.#queue.remove(ticket);
      this.#parked.delete(ticket);
      // One under way cannot be stopped; what it is answered does not matter any more.
      ticket.fail(abortError(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    ticket.onSettled = () => signal.removeEventListener("abort", abort);
  }

  /** Soon, so that what is asked in one turn of the event loop shares a batch. */
  #schedule(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#mayLeave()) {
      this.#windowPassed = false;
      void this.#send(this.#queue.take(this.#options.limits.batchQueriesMax));
    }
    const isGathering = this.#queue.queries > 0 && this.#underWay < underWayMax;
    if (isGathering) this.#startWindow();
    if (this.#underWay === 0 && this.#queue.queries === 0) this.#closed?.();
  }

  #mayLeave(): boolean {
    const { first, queries } = this.#queue;
    const { windowMs, limits } = this.#options;
    if (first === undefined || this.#underWay >= underWayMax) return false;
    if (this.#underWay === 0 || windowMs === 0 || this.#windowPassed) return true;
    if (this.#closing !== null || queries >= limits.batchQueriesMax) return true;
    return first.gallery.shards.some((shard) => holdsAny(shard) && shard.lane.depth === 0);
  }

  #startWindow(): void {
    this.#windowTimer ??= setTimeout(() => {
      this.#windowTimer = null;
      this.#windowPassed = true;
      this.#pump();
    }, this.#options.windowMs);
  }

  async #send(tickets: readonly Ticket[]): Promise<void> {
    const leaving = tickets.filter((ticket) => this.#isGood(ticket));
    const [first] = leaving;
    if (first === undefined) return;
    const count = leaving.reduce((sum, ticket) => sum + ticket.count, 0);
    const k = Math.max(...leaving.map((ticket) => ticket.k));
    const packed = new Float32Array(count * this.#options.dimension);
    let place = 0;
    for (const { queries } of leaving) {
      packed.set(queries, place);
      place += queries.length;
    }
    const startedMs = performance.now();
    const oldestMs = Math.min(...leaving.map(({ sinceMs }) => sinceMs));
    this.#options.events.onBatch?.({ queries: count, waitedMs: startedMs - oldestMs });
    this.#underWay += 1;
    try {
      const search = searchShards(first.gallery, packed, count, k);
      answer(leaving, await noteSearch(first.gallery, search));
      this.#meanBatchMs += (performance.now() - startedMs - this.#meanBatchMs) * batchTimeWeight;
    } catch (thrown) {
      for (const ticket of leaving) this.#fail(ticket, toCordonError(thrown));
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }

  /** False, and settled, when its permit ran out or its gallery went while it waited. */
  #isGood(ticket: Ticket): boolean {
    const { galleryId } = ticket.gallery;
    const { clock, placement } = this.#options;
    try {
      if (placement.peek(galleryId) !== ticket.gallery) throw notFound("gallery", galleryId);
      requirePermit(ticket.permit, clock.nowMs(), galleryId);
    } catch (thrown) {
      ticket.fail(toCordonError(thrown));
    }
    return !ticket.isSettled;
  }

  /**
   * What a worker's end broke off is searched once more, if its gallery is whole again soon.
   * Searching changes nothing, so nothing is half done.
   */
  #fail(ticket: Ticket, error: CordonError): void {
    const isLoss = error.reason === "WORKER_FAILED" && !ticket.isRetried;
    if (ticket.isSettled || !isLoss || this.#closing !== null) {
      ticket.fail(error);
      return;
    }
    ticket.isRetried = true;
    const { whenLive } = ticket.gallery;
    const again = () => {
      clearTimeout(timer);
      whenLive.delete(again);
      if (!this.#parked.delete(ticket)) return;
      if (!isLive(ticket.gallery)) {
        ticket.fail(error);
        return;
      }
      this.#options.events.onRetry?.();
      this.#queue.pushFront(ticket);
      this.#schedule();
    };
    const timer = setTimeout(again, lossWaitMs);
    this.#parked.add(ticket);
    whenLive.add(again);
    if (isLive(ticket.gallery)) again();
  }
}

/** Gives each its part, cut to its own k. */
function answer(tickets: readonly Ticket[], lists: Answers): void {
  let place = 0;
  for (const ticket of tickets) {
    const { count, k } = ticket;
    const own = lists.slice(place, place + count);
    ticket.answer(own.map((list) => (list.length > k ? list.slice(0, k) : list)));
    place += count;
  }
}
