import type { SearchMethod } from "./port.js";
import type { Task } from "./task.js";
import { plainBest, type Scanned, trueBest } from "./true-best.js";

/** Real queries that wait to be replayed at most; further ones are not taken. */
const pendingMax = 8;
/** A query's vector is not kept for longer than this: then the worker has no idle time. */
const ageMaxMs = 5_000;

/**
 * After a replay none is taken for so many times as long as it took: of many queries a second a
 * small fraction is much work too, and a worker that idles shares its core.
 */
const restFactor = 49;

/** A real query that was answered, and is to be answered again exactly. */
interface Pending {
  /** A copy, zeroed when it was replayed or given up. */
  readonly vector: Float32Array;
  readonly method: SearchMethod;
  /** The best score of the answer. */
  readonly score: number;
  /** Rows that there were. */
  readonly end: number;
  readonly takenMs: number;
}

/** What was answered. */
export interface Answered {
  /** Packed queries, of which this is number `index`. */
  readonly queries: Float32Array;
  readonly index: number;
  readonly method: SearchMethod;
  /** The best score found; -Infinity for nobody. */
  readonly score: number;
}

/**
 * The recall of real queries: a fraction of them is answered again, exactly, in idle time. What a
 * graph answered is held to the scan, and what a scan answered to plain float arithmetic. Only
 * the best scores are compared, and nothing is kept but two counts.
 */
export interface Replays {
  /** Queries replayed. */
  readonly replayed: number;
  /** Those of them whose answer had the true best. */
  readonly agreed: number;
  readonly isWaiting: boolean;
  /** Takes some of what it is offered. */
  offer(answered: Answered): void;
  /** Rows were removed, moved or overwritten: what is pending has no true answer any more. */
  changed(): void;
  /** Gives up what has waited for too long. */
  expire(): void;
  /** Replays the next one. */
  next(): Task<void>;
  /** Zeroes and forgets what is pending. */
  wipe(): void;
}

export interface ReplaysOptions {
  /** Of the queries, 0 to 1. */
  readonly fraction: number;
  readonly uniform: () => number;
}

export function createReplays(scanned: Scanned, { fraction, uniform }: ReplaysOptions): Replays {
  const { rows, meter } = scanned;
  const pending: Pending[] = [];
  /** The one that is being replayed. */
  let current: Pending | null = null;
  let changes = 0;
  let replayed = 0;
  let agreed = 0;
  let restUntilMs = Number.NEGATIVE_INFINITY;

  function giveUp(): void {
    changes += 1;
    current?.vector.fill(0);
    for (const { vector } of pending.splice(0)) vector.fill(0);
  }

  function* replay({ vector, method, score, end }: Pending): Task<void> {
    const before = changes;
    const best =
      method === "exact"
        ? yield* plainBest(rows, vector, end)
        : ((yield* trueBest(scanned, vector, 1, end))[0]?.score ?? Number.NEGATIVE_INFINITY);
    vector.fill(0);
    if (changes !== before) return;
    replayed += 1;
    if (best <= score) agreed += 1;
  }

  /** The same task, which decides how long no other is taken. */
  function* timed(task: Task<void>): Task<void> {
    let tookMs = 0;
    for (;;) {
      const startMs = meter.nowMs();
      const { done } = task.next();
      tookMs += meter.nowMs() - startMs;
      if (done === true) break;
      yield;
    }
    restUntilMs = Math.max(restUntilMs, meter.nowMs()) + tookMs * restFactor;
  }

  return {
    get replayed() {
      return replayed;
    },
    get agreed() {
      return agreed;
    },
    get isWaiting() {
      return pending.length > 0;
    },
    offer({ queries, index, method, score }) {
      if (fraction === 0 || uniform() >= fraction || pending.length >= pendingMax) return;
      const nowMs = meter.nowMs();
      if (nowMs < restUntilMs) return;
      const { dimension, count: end } = rows;
      const vector = queries.slice(index * dimension, (index + 1) * dimension);
      pending.push({ vector, method, score, end, takenMs: nowMs });
    },
    changed: giveUp,
    expire() {
      const oldest = current ?? pending[0];
      if (oldest !== undefined && meter.nowMs() - oldest.takenMs > ageMaxMs) giveUp();
    },
    *next() {
      current = pending.shift() ?? null;
      if (current !== null) yield* timed(replay(current));
      current = null;
    },
    wipe: giveUp,
  };
}
