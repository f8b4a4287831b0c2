import type SqliteDatabase from "better-sqlite3";
import type { Kysely } from "kysely";
import { CordonError } from "../base/errors.js";
import { explainSqliteError } from "./sqlite-file.js";
import { StoreError } from "./store-error.js";
import type { WriteOptions, Writer } from "./writer.js";

/** Writes that may wait at once; the next is refused. */
export const writeQueueMax = 10_000;
/** Writes that share one commit, and so one flush of the disk. */
export const writesPerCommitMax = 256;
/** A commit of many writes lets other work of the process run after this long. */
export const writerYieldAfterMs = 4;

interface Job<DB> {
  readonly work: (db: Kysely<DB>) => Promise<unknown>;
  readonly erases: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How one job of a commit ended, told to its caller only after the commit. */
type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; error: unknown };

/**
 * The one writer of a SQLite database. Writes that wait share a commit (group commit), each in a
 * savepoint of its own, so that one that fails takes nothing else with it.
 */
export function createSqliteWriter<DB>(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DB>,
): Writer<DB> {
  const queue: Job<DB>[] = [];
  let closed = false;
  let running: Promise<void> | null = null;
  // Kept until it succeeds: a reader in another process may hold the log back for a while.
  let scrubDue = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const jobs = queue.splice(0, writesPerCommitMax);
      const outcomes = await db
        .connection()
        .execute((one) => commitTogether(sqlite, one, jobs))
        .catch((error: unknown) => jobs.map((): Outcome => ({ ok: false, error })));
      scrubDue ||= jobs.some((job) => job.erases);
      if (scrubDue) scrubDue = !scrubLog(sqlite);
      jobs.forEach((job, at) => {
        const outcome = outcomes[at];
        if (outcome?.ok) job.resolve(outcome.value);
        else job.reject(outcome?.error);
      });
    }
    running = null;
  }

  return {
    run<T>(work: (one: Kysely<DB>) => Promise<T>, options?: WriteOptions): Promise<T> {
      if (closed) return Promise.reject(new StoreError("CLOSED", "The store was closed."));
      if (queue.length >= writeQueueMax) return Promise.reject(overloaded());
      return new Promise<T>((resolve, reject) => {
        queue.push({
          work,
          erases: options?.erases ?? false,
          resolve: (value) => resolve(value as T),
          reject,
        });
        running ??= drain();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
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
      outcomes.push(await runInSavepoint(sqlite, db, job));
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

/**
 * Moves the write-ahead log into the database and empties it, so that no earlier state of a page
 * is left in it. False when a reader in another process prevents it for now.
 */
export function scrubLog(sqlite: SqliteDatabase.Database): boolean {
  try {
    const [row] = sqlite.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    return row?.busy === 0;
  } catch {
    // The deletion itself is committed; the next write tries the log again.
    return false;
  }
}

function overloaded(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${writeQueueMax} writes wait for the disk already. Try again a little later.`,
    retryAfterMs: 1_000,
  });
}
