import type SqliteDatabase from "better-sqlite3";
import type { Kysely } from "kysely";
import { CordonError } from "../base/errors.js";
import { createExclusive } from "../base/exclusive.js";
import { explainSqliteError } from "./sqlite-file.js";
import type { SqliteLog } from "./sqlite-log.js";
import { errorCode, StoreError } from "./store-error.js";
import type { WriteOptions, Writer } from "./writer.js";

/** Writes that may wait at once; the next is refused. */
export const writeQueueMax = 10_000;
/** Rows written, about, after which a commit takes no further write: reads wait meanwhile. */
export const rowsPerCommitMax = 512;
/** A commit of many writes lets other work of the process run after this long. */
export const writerYieldAfterMs = 4;

/** A log that could not be scrubbed is tried again after so long, without waiting for a write. */
export const scrubRetryMs = 1_000;

interface Job<DB> {
  readonly work: (db: Kysely<DB>) => Promise<unknown>;
  readonly erases: boolean;
  readonly weight: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How one job of a commit ended, told to its caller only after the commit. */
type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/**
 * The one writer of a SQLite database. Writes that wait share a commit (group commit), each in a
 * savepoint of its own, so that one that fails takes nothing else with it.
 */
export function createSqliteWriter<DB>(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DB>,
  log: Pick<SqliteLog, "scrub" | "emptyWhenLarge">,
): Writer<DB> {
  const queue: Job<DB>[] = [];
  const alone = createExclusive();
  let closed = false;
  let running: Promise<void> | null = null;
  // Kept until it succeeds: a reader in another process may hold the log back for a while.
  let scrubDue = false;
  let retry: NodeJS.Timeout | null = null;

  async function drain(): Promise<void> {
    while (queue.length > 0) await alone(commitNext);
    running = null;
  }

  async function commitNext(): Promise<void> {
    const jobs = takeCommit(queue);
    const outcomes = await db
      .connection()
      .execute(async (one) => {
        const ended = await commitTogether(sqlite, one, jobs);
        const erases = jobs.some((job) => job.erases);
        scrubDue = !tend(log, erases, erases || scrubDue || ended.some(isWriteFailed));
        return ended;
      })
      .catch((error: unknown) => jobs.map((): Outcome => ({ ok: false, error })));
    if (scrubDue && !closed) retry ??= setTimeout(tryAgain, scrubRetryMs).unref();
    jobs.forEach((job, at) => {
      const outcome = outcomes[at];
      if (outcome?.ok) job.resolve(outcome.value);
      else job.reject(outcome?.error);
    });
  }

  function tryAgain(): void {
    retry = null;
    if (scrubDue && !closed) alone(commitNext).catch(() => undefined);
  }

  return {
    run<T>(work: (one: Kysely<DB>) => Promise<T>, options?: WriteOptions): Promise<T> {
      if (closed) return Promise.reject(closedError());
      if (queue.length >= writeQueueMax) return Promise.reject(overloaded());
      return new Promise<T>((resolve, reject) => {
        queue.push({
          work,
          erases: options?.erases ?? false,
          weight: options?.weight ?? 1,
          resolve: (value) => resolve(value as T),
          reject,
        });
        running ??= drain();
      });
    },
    between: (work) => (closed ? Promise.reject(closedError()) : alone(work)),
    async close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      await running;
      await alone(async () => undefined);
    },
  };
}

/**
 * Sees to the log after a commit. What fails here does not undo that.
 *
 * @param scrub whether it must be scrubbed, or may be: it may leave room for the next write
 * @returns false when it must be scrubbed still
 */
function tend(
  log: Pick<SqliteLog, "scrub" | "emptyWhenLarge">,
  wait: boolean,
  scrub: boolean,
): boolean {
  try {
    if (scrub) return log.scrub(wait);
    log.emptyWhenLarge();
    return true;
  } catch {
    return !scrub;
  }
}

function isWriteFailed(outcome: Outcome): boolean {
  return !outcome.ok && errorCode(outcome.error) === "WRITE_FAILED";
}

/** The writes of the next commit: the first, and what still fits with it. */
function takeCommit<DB>(queue: Job<DB>[]): readonly Job<DB>[] {
  let rows = 0;
  let count = 0;
  for (const { weight } of queue) {
    if (count > 0 && rows + weight > rowsPerCommitMax) break;
    rows += weight;
    count += 1;
  }
  return queue.splice(0, count);
}

/** Runs jobs in one transaction; a failed commit is every job's error. */
async function commitTogether<DB>(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DB>,
  jobs: readonly Job<DB>[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let sinceMs = performance.now();
  try {
    sqlite.exec("BEGIN IMMEDIATE");
    for (const job of jobs) {
      // A savepoint keeps every page as it was: one job alone has the transaction for that.
      if (jobs.length === 1) outcomes.push({ ok: true, value: await job.work(db) });
      else outcomes.push(await runInSavepoint(sqlite, db, job));
      if (performance.now() - sinceMs < writerYieldAfterMs) continue;
      await new Promise<void>((resume) => setImmediate(resume));
      sinceMs = performance.now();
    }
    sqlite.exec("COMMIT");
    return outcomes;
  } catch (cause) {
    // SQLite has already rolled back by itself after some errors, such as a full disk.
    if (sqlite.inTransaction) sqlite.exec("ROLLBACK");
    const error = explainSqliteError(cause, sqlite.name);
    return jobs.map(() => ({ ok: false, error }));
  }
}

async function runInSavepoint<DB>(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DB>,
  job: Job<DB>,
): Promise<Outcome> {
  sqlite.exec("SAVEPOINT job");
  try {
    const value = await job.work(db);
    sqlite.exec("RELEASE job");
    return { ok: true, value };
  } catch (error) {
    if (!sqlite.inTransaction) throw error;
    sqlite.exec("ROLLBACK TO job; RELEASE job");
    return { ok: false, error };
  }
}

function closedError(): StoreError {
  return new StoreError("CLOSED", "The store was closed.");
}

function overloaded(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${writeQueueMax} writes wait for the disk already. Try again a little later.`,
    retryAfterMs: 1_000,
  });
}
