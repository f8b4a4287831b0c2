import { setMaxListeners } from "node:events";
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

/** One query as it came in, or what is wrong with it, which is its answer. */
export type StreamQuery = SoundQuery | WrongQuery;

export interface WrongQuery {
  readonly tag: number;
  readonly wrong: CordonError;
}

export interface SoundQuery {
  /** The caller's own; nothing keeps two from having the same. */
  readonly tag: number;
  /** A shorter deadline of its own, or 0. */
  readonly deadlineMs: number;
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
  readonly work: (query: SoundQuery, signal: AbortSignal) => Promise<QueryOutcome>;
  /** Told of each query that is given up before it was worked on. */
  readonly onDropped: (error: CordonError) => void;
  /** Told when something is ready, or there may be room. */
  readonly onChange: () => void;
}

/** The queries of one stream: which wait, which are worked on, which are answered. */
export interface QueryDesk {
  /**
   * Takes in the queries of one message. Each of them comes to be ready once.
   * @param sizeBytes what they hold in memory together, near enough
   */
  take(queries: readonly StreamQuery[], sizeBytes: number): void;
  /** Whether another message may be taken in. */
  hasRoom(): boolean;
  /** Everything that was taken in was given back. */
  isIdle(): boolean;
  /** What is ready, at most {@link RESULTS_PER_MESSAGE_MAX}, and makes room for more. */
  collect(): readonly QueryResult[];
  /** Gives up whatever is not collected. */
  close(error: CordonError): void;
}

/**
 * The queries of one message. Their bytes are one piece of memory, held until the last of them lets
 * go; and those of one deadline share what ends them, because a signal for each costs more than the
 * decision of the gate.
 */
interface Parcel {
  readonly sizeBytes: number;
  queries: number;
  readonly endings: Map<number, Ending>;
}

interface Ending {
  readonly controller: AbortController;
  readonly expiresAtMs: number;
  readonly forget: () => void;
  readonly queries: Set<Taken>;
}

interface Taken {
  readonly query: SoundQuery;
  readonly parcel: Parcel;
  readonly ending: Ending;
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
      if (performance.now() >= next.ending.expiresAtMs) drop(next, tooLate());
      else void begin(next);
    }
  }

  async function begin(one: Taken): Promise<void> {
    underWay.add(one);
    const outcome = await work(one.query, one.ending.controller.signal);
    underWay.delete(one);
    finish(one, outcome);
    pump();
  }

  function finish(one: Taken, outcome: QueryOutcome): void {
    one.ending.queries.delete(one);
    one.parcel.queries -= 1;
    if (one.parcel.queries === 0) letGo(one.parcel);
    if (closed) return;
    ready.push({ tag: one.query.tag, ...outcome });
    onChange();
  }

  function letGo({ sizeBytes, endings }: Parcel): void {
    for (const { forget } of endings.values()) forget();
    heldBytes -= sizeBytes;
    budget.release(sizeBytes);
  }

  function drop(one: Taken, error: CordonError): void {
    onDropped(error);
    finish(one, { error });
  }

  /** Those that wait are answered at once; those under way, when their work has stopped. */
  function expire({ controller, queries }: Ending): void {
    for (const one of [...queries]) {
      const at = waiting.indexOf(one);
      if (at < 0) continue;
      waiting.splice(at, 1);
      drop(one, tooLate());
    }
    controller.abort(tooLate());
  }

  function endingOf({ endings }: Parcel, deadlineMs: number, nowMs: number): Ending {
    const shared = endings.get(deadlineMs);
    if (shared !== undefined) return shared;
    const expiresAtMs = nowMs + deadlineMs;
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const forget = deadlines.watch(expiresAtMs, () => expire(ending));
    const ending: Ending = { controller, expiresAtMs, forget, queries: new Set() };
    endings.set(deadlineMs, ending);
    return ending;
  }

  function admit(query: SoundQuery, parcel: Parcel, nowMs: number): void {
    const deadlineMs = Math.min(query.deadlineMs || queryDeadlineMs, queryDeadlineMs);
    const ending = endingOf(parcel, deadlineMs, nowMs);
    const one = { query, parcel, ending };
    ending.queries.add(one);
    waiting.push(one);
    pump();
    if (!isLatest || waiting.length < 2) return;
    const older = waiting.shift();
    if (older !== undefined) drop(older, superseded());
  }

  return {
    take(queries, sizeBytes) {
      const sound: SoundQuery[] = [];
      for (const query of queries) {
        if ("wrong" in query) ready.push({ tag: query.tag, error: query.wrong });
        else sound.push(query);
      }
      if (sound.length < queries.length) onChange();
      if (sound.length === 0) return;
      if (!budget.take(sizeBytes, heldBytes)) {
        for (const { tag } of sound) {
          const error = noRoom();
          onDropped(error);
          ready.push({ tag, error });
        }
        return onChange();
      }
      heldBytes += sizeBytes;
      const parcel = { sizeBytes, queries: sound.length, endings: new Map<number, Ending>() };
      const nowMs = performance.now();
      for (const query of sound) admit(query, parcel, nowMs);
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
      for (const { ending } of underWay) ending.controller.abort(error);
      for (const one of waiting.splice(0)) drop(one, error);
      ready = [];
    },
  };
}
