import { closeSync, fdatasyncSync, openSync, readSync, statSync } from "node:fs";
import type SqliteDatabase from "better-sqlite3";
import { zeroGaps } from "./page-gaps.js";
import { busyTimeoutMs } from "./sqlite-file.js";

/**
 * The write-ahead log is emptied after the commit that made it larger than this. Larger makes bulk
 * enrolment faster, since pages that change often are moved once; smaller makes the first erasure
 * after it faster.
 */
export const logSizeBytesMax = 16 * 1_048_576;

/** Of the log's file (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). */
const logHeaderSizeBytes = 32;
const frameHeaderSizeBytes = 24;

/** The write-ahead log of a database, which is emptied here and nowhere else. */
export interface SqliteLog {
  /**
   * Moves the log into the database and empties it, so that no earlier state of a page is left
   * in it, nor a copy of a deleted row in the pages that it brought. Not within a transaction.
   *
   * @returns false when a reader in another process prevents it for now
   */
  scrub(): boolean;
  /** The same, without waiting for anybody, when the log has become large. */
  scrubWhenLarge(): void;
  /** The same, at any size: gives the log's space back when there is no more. */
  makeRoom(): void;
  /** Overwrites copies of deleted rows in every page, whoever left them. Reads the whole file. */
  scrubAllPages(): void;
  /** Collects the numbers of the pages that are written from now on, until `stop`. */
  watch(): { readonly pageNumbers: () => ReadonlySet<number>; readonly stop: () => void };
  readonly pageSize: number;
  /** After the database's own. */
  close(): void;
}

/** Opens it for a database that was opened for writing. */
export function openSqliteLog(sqlite: SqliteDatabase.Database): SqliteLog {
  const pageSize = Number(sqlite.pragma("page_size", { simple: true }));
  // Held until the end: closing any descriptor of the file would drop SQLite's own locks on it.
  const file = openSync(sqlite.name, "r+");
  const logPath = `${sqlite.name}-wal`;
  const watchers = new Set<Set<number>>();
  // Pages that SQLite keeps in memory may still hold what was overwritten in the file.
  let memoryIsStale = false;

  function empty(): boolean {
    try {
      const written = pagesOfLog(logPath, pageSize);
      if (written === null) return true;
      for (const watcher of watchers) for (const one of written) watcher.add(one);
      if (!checkpoint(sqlite, "FULL")) return false;
      // The log is still there: should the process end now, the next one begins here again.
      zero(written);
      return checkpoint(sqlite, "TRUNCATE");
    } catch {
      // What was committed is committed; the next write tries the log again.
      return false;
    }
  }

  function zero(pageNumbers: Iterable<number>): void {
    if (zeroGaps(file, pageSize, pageNumbers) === 0) return;
    fdatasyncSync(file);
    memoryIsStale = true;
  }

  function scrub(): boolean {
    const done = empty();
    // Else a page would come back into the log, the next time it changes, with what is gone.
    if (memoryIsStale) sqlite.pragma("shrink_memory");
    memoryIsStale = false;
    return done;
  }

  function makeRoom(): void {
    sqlite.pragma("busy_timeout = 0");
    empty();
    sqlite.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }

  return {
    pageSize,
    scrub,
    scrubWhenLarge() {
      if (sizeOf(logPath) > logSizeBytesMax) makeRoom();
    },
    makeRoom,
    scrubAllPages() {
      const pages = Math.floor(sizeOf(sqlite.name) / pageSize);
      zero(countTo(pages));
      scrub();
    },
    watch() {
      const seen = new Set<number>();
      watchers.add(seen);
      return {
        pageNumbers: () => new Set([...seen, ...(pagesOfLog(logPath, pageSize) ?? [])]),
        stop: () => watchers.delete(seen),
      };
    },
    close: () => closeSync(file),
  };
}

function* countTo(last: number): Generator<number> {
  for (let at = 1; at <= last; at++) yield at;
}

/**
 * Numbers of the pages in the log, in order; null when the log is empty. Those of frames that were
 * never committed are among them.
 */
function pagesOfLog(path: string, pageSize: number): readonly number[] | null {
  const size = sizeOf(path);
  if (size <= logHeaderSizeBytes) return null;
  const found = new Set<number>();
  const log = openSync(path, "r");
  try {
    const number = Buffer.alloc(4);
    const step = frameHeaderSizeBytes + pageSize;
    for (let at = logHeaderSizeBytes; at + step <= size; at += step) {
      if (readSync(log, number, 0, 4, at) === 4) found.add(number.readUInt32BE());
    }
  } finally {
    closeSync(log);
  }
  return [...found].sort((a, b) => a - b);
}

function checkpoint(sqlite: SqliteDatabase.Database, mode: "FULL" | "TRUNCATE"): boolean {
  const [row] = sqlite.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
  return row?.busy === 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
