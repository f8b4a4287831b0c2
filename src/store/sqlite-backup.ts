import { randomUUID } from "node:crypto";
import { link, open, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type SqliteDatabase from "better-sqlite3";
import { syncDirectory } from "../base/sync-directory.js";
import { zeroGaps } from "./page-gaps.js";
import { explainSqliteError } from "./sqlite-file.js";
import type { SqliteLog } from "./sqlite-log.js";
import { errorCode, StoreError } from "./store-error.js";
import type { Writer } from "./writer.js";

/** Pages copied in one go, 1 MiB; other calls come in between. */
export const pagesPerStep = 256;

export interface Backups {
  /**
   * Writes a copy of the database to a file that does not exist yet, mode 0600. The file appears
   * under its name when it is whole and on the disk. What was erased before the promise resolves
   * is not in it: writes wait for the last moments of the copy.
   *
   * @throws StoreError UNUSABLE_PATH, WRITE_FAILED or CLOSED
   */
  backup(path: string): Promise<void>;
  /** Stops those under way, and waits for that. */
  close(): Promise<void>;
}

interface Source {
  readonly sqlite: SqliteDatabase.Database;
  readonly log: SqliteLog;
  readonly writer: Pick<Writer<unknown>, "between">;
}

export function createBackups(source: Source): Backups {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  return {
    async backup(path) {
      stopping.signal.throwIfAborted();
      const one = copyTo(source, resolve(path), stopping.signal);
      underWay.add(one);
      try {
        await one;
      } finally {
        underWay.delete(one);
      }
    },
    async close() {
      stopping.abort(
        new StoreError("CLOSED", "The store was closed before its back-up was whole."),
      );
      await Promise.allSettled(underWay);
    },
  };
}

async function copyTo(source: Source, path: string, signal: AbortSignal): Promise<void> {
  if ((await stat(path).catch(() => null)) !== null) throw taken(path);
  // Under another name until it is whole, so that half a copy is never taken for one.
  const part = `${path}.${randomUUID()}.part`;
  const file = await open(part, "wx+", 0o600).catch((cause: unknown) => {
    throw unusable(path, "Give a file in a folder that exists and may be written", cause);
  });
  const written = source.log.watch();
  const hold = holdCommits(source.writer);
  try {
    await copyPages(source.sqlite, part, (remainingPages) => {
      signal.throwIfAborted();
      if (remainingPages > pagesPerStep) return pagesPerStep;
      return hold.isHeld() ? pagesPerStep : 0;
    });
    zeroGaps(file.fd, source.log.pageSize, written.pageNumbers());
    await file.sync();
    await link(part, path);
    await rm(part);
    await syncDirectory(dirname(path));
  } catch (cause) {
    throw errorCode(cause) === "EEXIST" ? taken(path) : explainSqliteError(cause, path);
  } finally {
    written.stop();
    await file.close();
    await rm(part, { force: true });
    await rm(`${part}-journal`, { force: true });
    // Once the caller knows: an erasure that is acknowledged before the copy is not in it.
    setImmediate(hold.release);
  }
}

/**
 * Copies page after page. What this connection writes meanwhile, SQLite writes to the copy too.
 *
 * @param next how many of the remaining pages to copy now
 */
async function copyPages(
  sqlite: SqliteDatabase.Database,
  part: string,
  next: (remainingPages: number) => number,
): Promise<void> {
  const progress = (info: { remainingPages: number }) => next(info.remainingPages);
  // In the middle of a commit nothing is copied, and the driver takes that for the end.
  while ((await sqlite.backup(part, { progress })).totalPages === 0);
}

/** Holds commits off from soon after the first question until the release. */
function holdCommits(writer: Source["writer"]): { isHeld(): boolean; release(): void } {
  let asked = false;
  let held = false;
  let failure: unknown = null;
  let release = () => {};
  const released = new Promise<void>((resume) => {
    release = resume;
  });
  const ask = async () => {
    await writer.between(async () => {
      held = true;
      await released;
    });
  };
  return {
    isHeld() {
      if (!asked) {
        asked = true;
        ask().catch((cause: unknown) => {
          failure = cause;
        });
      }
      if (failure !== null) throw failure;
      return held;
    },
    release,
  };
}

function taken(path: string): StoreError {
  return unusable(path, "A back-up never replaces a file that exists: give another name");
}

function unusable(path: string, remedy: string, cause?: unknown): StoreError {
  const code = errorCode(cause);
  const why = code === "" ? "" : ` (${code})`;
  return new StoreError(
    "UNUSABLE_PATH",
    `The back-up "${path}" cannot be written${why}. ${remedy}.`,
    cause,
  );
}
