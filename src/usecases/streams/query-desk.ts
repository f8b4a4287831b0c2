import type { ByteBudget } from "../../base/byte-budget.js";
import { createDeadlines } from "../../base/deadlines.js";
import type { CordonError } from "../../base/errors.js";
import type { QueryOutcome } from "../answer-query.js";
import type { IdentifyRequest } from "../identify.js";
import { noRoom, superseded, tooLate } from "./drop-errors.js";

/** What becomes of queries that arrive while as many as may be are under way. */
export type FramePolicy = "EVERY_FRAME" | "LATEST_FRAME";

export interface StreamSettings {
  readonly framePolicy: FramePolicy;
  /** After its arrival a query may be answered for so long, 1 to 60 000 ms. */
  readonly queryDeadlineMs: number;
  /** Queries under way, or answered and not yet sent, at once: 1 to 256. */
  readonly queriesInFlightMax: number;
}

/** One query as it came in. */
export interface StreamQuery {
  /** The caller's own; nothing keeps two from having the same. */
  readonly tag: number;
  /** A shorter deadline of its own, or 0. */
  readonly deadlineMs: number;
  /** What it holds in memory, near enough. */
  readonly sizeBytes: number;
  /** @throws CordonError for one that is wrong. Called when its turn has come, if ever. */
  read(): IdentifyRequest;
}

export type QueryResult = { readonly tag: number } & QueryOutcome;

/** Results of one message of a stream at most. */
export const RESULTS_PER_MESSAGE_MAX = 64;
/** Results that wait for the caller to read; while they are as many, nothing is taken in. */
export const RESULTS_WAITING_MAX = 256;
/** A stream by EVERY_FRAME that holds as much is read on only when it holds less. */
export const STREAM_HELD_BYTES_MAX = 32 * 1024 * 1024;

export interface QueryDeskOptions {
  readonly settings: StreamSettings;
  readonly budget: ByteBudget;
  /** Must not reject. */
  readonly work: (query: StreamQuery, signal: AbortSignal) => Promise<QueryOutcome>;
  /** Told of each query that is given up before it was worked on. */
  readonly onDropped: (error: CordonError) => void;
  /** Told when something is ready, or there may be room. */
  readonly onChange: () => void;
}

/** The queries of one stream: which wait, which are worked on, which are answered. */
export interface QueryDesk {
  /** Takes in the queries of one message. Each of them comes to be ready once. */
  take(queries: readonly StreamQuery[]): void;
  /** Whether another message may be taken in. */
  hasRoom(): boolean;
  /** Everything that was taken in was given back. */
  isIdle(): boolean;
  /** What is ready, at most {@link RESULTS_PER_MESSAGE_MAX}, and makes room for more. */
  collect(): readonly QueryResult[];
  /** Gives up whatever is not collected. */
  close(error: CordonError): void;
}

/** The bytes of one message: they are one piece of memory, held until the last query lets go. */
interface Parcel {
  readonly sizeBytes: number;
  queries: number;
}

interface Taken {
  readonly query: StreamQuery;
  readonly parcel: Parcel;
  readonly expiresAtMs: number;
  readonly forget: () => void;
  readonly controller: AbortController;
}

export function createQueryDesk(options: QueryDeskOptions): QueryDesk {
  const { settings, budget, work, onDropped, onChange } = options;
  const { framePolicy, queryDeadlineMs, queriesInFlightMax } = settings;
  const isLatest = framePolicy === "LATEST_FRAME";
  const deadlines = createDeadlines();
  const waiting: Taken[] = [];
  const underWay = new Set<Taken>();
  let ready: QueryResult[] = [];
  let heldBytes = 0;
  let closed = false;

  const windowIsOpen = () => underWay.size + ready.length < queriesInFlightMax;

  function pump(): void {
    while (!closed && windowIsOpen()) {
      const next = waiting.shift();
      if (next === undefined) return;
      // The timer may be late, and the work is not begun for nothing.
      if (performance.now() >= next.expiresAtMs) drop(next, tooLate());
      else void begin(next);
    }
  }

  async function begin(one: Taken): Promise<void> {
    underWay.add(one);
    const outcome = await work(one.query, one.controller.signal);
    underWay.delete(one);
    finish(one, outcome);
    pump();
  }

  function finish(one: Taken, outcome: QueryOutcome): void {
    one.forget();
    one.parcel.queries -= 1;
    if (one.parcel.queries === 0) release(one.parcel.sizeBytes);
    if (closed) return;
    ready.push({ tag: one.query.tag, ...outcome });
    onChange();
  }

  function release(bytes: number): void {
    heldBytes -= bytes;
    budget.release(bytes);
  }

  function drop(one: Taken, error: CordonError): void {
    onDropped(error);
    finish(one, { error });
  }

  /** One that waits is answered at once; one under way, when its work has stopped. */
  function expire(one: Taken): void {
    const at = waiting.indexOf(one);
    if (at < 0) {
      one.controller.abort(tooLate());
    } else {
      waiting.splice(at, 1);
      drop(one, tooLate());
    }
  }

  function admit(query: StreamQuery, parcel: Parcel, nowMs: number): void {
    const deadlineMs = Math.min(query.deadlineMs || queryDeadlineMs, queryDeadlineMs);
    const expiresAtMs = nowMs + deadlineMs;
    const forget = deadlines.watch(expiresAtMs, () => expire(one));
    const one = { query, parcel, expiresAtMs, forget, controller: new AbortController() };
    waiting.push(one);
    pump();
    if (!isLatest || waiting.length < 2) return;
    const older = waiting.shift();
    if (older !== undefined) drop(older, superseded());
  }

  return {
    take(queries) {
      if (queries.length === 0) return;
      const sizeBytes = queries.reduce((sum, query) => sum + query.sizeBytes, 0);
      if (!budget.take(sizeBytes, heldBytes)) {
        for (const { tag } of queries) {
          const error = noRoom();
          onDropped(error);
          ready.push({ tag, error });
        }
        return onChange();
      }
      heldBytes += sizeBytes;
      const parcel = { sizeBytes, queries: queries.length };
      const nowMs = performance.now();
      for (const query of queries) admit(query, parcel, nowMs);
    },
    hasRoom() {
      if (isLatest) return ready.length < RESULTS_WAITING_MAX;
      return waiting.length === 0 && windowIsOpen() && heldBytes < STREAM_HELD_BYTES_MAX;
    },
    isIdle: () => waiting.length + underWay.size + ready.length === 0,
    collect() {
      if (ready.length === 0) return ready;
      const collected = ready.slice(0, RESULTS_PER_MESSAGE_MAX);
      ready = ready.slice(RESULTS_PER_MESSAGE_MAX);
      pump();
      onChange();
      return collected;
    },
    close(error) {
      closed = true;
      deadlines.clear();
      for (const one of underWay) one.controller.abort(error);
      for (const one of waiting.splice(0)) drop(one, error);
      ready = [];
    },
  };
}
