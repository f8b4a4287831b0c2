import { closeSync, fdatasyncSync, openSync, readSync, statSync } from "node:fs";
import type SqliteDatabase from "better-sqlite3";
import { dirtyGapOf, zeroGaps } from "./page-gaps.js";
import { busyTimeoutMs } from "./sqlite-file.js";

/**
 * The write-ahead log is emptied after the commit that made it larger than this. Larger makes bulk
 * enrolment faster, since pages that change often are moved once; smaller makes the first erasure
 * after it faster.
 */
export const logSizeBytesMax = 32 * 1_048_576;

/** Of the log's file (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). */
const logHeaderSizeBytes = 32;
const frameHeaderSizeBytes = 24;

/** The write-ahead log of a database, which is emptied here and nowhere else. */
export interface SqliteLog {
  /**
   * Moves the log into the database and empties it, so that no earlier state of a page is left
   * in it, nor a copy of a deleted row in the pages that it brought. Not within a transaction.
   *
   * @param wait whether to wait a while for a reader in another process
   * @returns false when one prevents it for now, or the disk does
   */
  scrub(wait: boolean): boolean;
  /** Empties the log, without waiting for anybody, when it has become large. */
  emptyWhenLarge(): void;
  /** Overwrites copies of deleted rows in every page, whoever left them. Reads the whole file. */
  scrubAllPages(): void;
  /** Collects the numbers of the pages that a copy made meanwhile must be scrubbed of. */
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

  function empty(wait: boolean): boolean {
    try {
      const dirty = dirtyPagesOfLog(logPath, pageSize);
      if (dirty === null) return true;
      for (const watcher of watchers) for (const one of dirty) watcher.add(one);
      sqlite.pragma(`busy_timeout = ${wait ? busyTimeoutMs : 0}`);
      if (!checkpoint(sqlite, "FULL")) return false;
      // The log is still there: should the process end now, the next one begins here again.
      zero(dirty);
      return checkpoint(sqlite, "TRUNCATE");
    } catch {
      // What was committed is committed; the log is tried again later.
      return false;
    } finally {
      sqlite.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  }

  function zero(pageNumbers: Iterable<number>): void {
    if (zeroGaps(file, pageSize, pageNumbers) === 0) return;
    fdatasyncSync(file);
    memoryIsStale = true;
  }

  function scrub(wait: boolean): boolean {
    const done = empty(wait);
    forgetPages();
    return done;
  }

  /** Else a page would come back into the log, or get into a copy, with what is gone. */
  function forgetPages(): void {
    if (memoryIsStale) sqlite.pragma("shrink_memory");
    memoryIsStale = false;
  }

  return {
    pageSize,
    scrub,
    emptyWhenLarge() {
      if (sizeOf(logPath) > logSizeBytesMax) empty(false);
    },
    scrubAllPages() {
      const pages = Math.floor(sizeOf(sqlite.name) / pageSize);
      zero(countTo(pages));
      scrub(false);
    },
    watch() {
      const seen = new Set<number>();
      watchers.add(seen);
      forgetPages();
      return {
        pageNumbers: () => {
          for (const one of dirtyPagesOfLog(logPath, pageSize) ?? []) seen.add(one);
          return seen;
        },
        stop: () => watchers.delete(seen),
      };
    },
    close: () => closeSync(file),
  };
}

function* countTo(last: number): Generator<number> {
  for (let at = 1; at <= last; at++) yield at;
}

/** Frames of the log read in one go: 1 MiB with pages of 4 KiB. */
const framesPerRead = 256;

/**
 * Numbers of the pages that stand in the log with something in their unallocated space, be it in
 * one of several versions, or in one that was never committed; null when the log is empty.
 */
function dirtyPagesOfLog(path: string, pageSize: number): readonly number[] | null {
  if (sizeOf(path) <= logHeaderSizeBytes) return null;
  const frameSize = frameHeaderSizeBytes + pageSize;
  const frames = Buffer.allocUnsafe(framesPerRead * frameSize);
  const found = new Set<number>();
  const log = openSync(path, "r");
  try {
    for (let position = logHeaderSizeBytes; ; ) {
      const size = readSync(log, frames, 0, frames.length, position);
      if (size < frameSize) break;
      for (let at = 0; at + frameSize <= size; at += frameSize) {
        const pageNumber = frames.readUInt32BE(at);
        const page = frames.subarray(at + frameHeaderSizeBytes, at + frameSize);
        if (dirtyGapOf(page, pageNumber) !== null) found.add(pageNumber);
      }
      position += size - (size % frameSize);
    }
  } finally {
    closeSync(log);
  }
  return [...found];
}

function checkpoint(sqlite: SqliteDatabase.Database, mode: "FULL" | "TRUNCATE"): boolean {
  const [row] = sqlite.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
  return row?.busy === 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
