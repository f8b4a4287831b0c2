import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { syncDirectory } from "../base/sync-directory.js";
import { errorCode, StoreError } from "./store-error.js";

/** Name of the file in a data directory that a running server holds locked. */
export const lockFileName = "cordon.lock";

const groupAndOthers = 0o077;

/** A held lock on a data directory. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Makes a data directory (mode 0700) with its parents, or checks one that exists.
 *
 * @throws StoreError UNUSABLE_PATH, or UNSAFE_PERMISSIONS when the group or others may enter it
 */
export async function prepareDataDirectory(directory: string): Promise<void> {
  const path = resolve(directory);
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(dirname(made));
  } catch (cause) {
    throw unusable(path, "cannot be made", cause);
  }
  const status = await stat(path);
  if (!status.isDirectory()) throw unusable(path, "is not a directory");
  const mode = status.mode & 0o777;
  if (process.platform !== "win32" && (mode & groupAndOthers) !== 0) {
    throw new StoreError(
      "UNSAFE_PERMISSIONS",
      `The data directory "${path}" has mode 0${mode.toString(8)}, so that others than its owner ` +
        `may look into it. Run: chmod 700 "${path}"`,
    );
  }
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unusable(path, "cannot be written", cause);
  }
}

/**
 * Locks a data directory for this process. The lock is the operating system's (the exclusive lock
 * of SQLite on an empty file), so that it goes with the process, however that ends, and no stale
 * lock is ever left. Nothing in this process may open the lock file otherwise: closing any
 * descriptor of a file drops a POSIX lock on it.
 *
 * @throws StoreError LOCKED when another server, or this one, holds it
 */
export function lockDataDirectory(directory: string): DirectoryLock {
  const path = resolve(directory);
  let database: SqliteDatabase.Database | null = null;
  try {
    database = new SqliteDatabase(join(path, lockFileName), { timeout: 0 });
    database.pragma("journal_mode = MEMORY");
    database.pragma("locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE");
    const held = database;
    return { release: () => held.close() };
  } catch (cause) {
    database?.close();
    if (!errorCode(cause).startsWith("SQLITE_BUSY")) {
      throw unusable(join(path, lockFileName), "cannot be locked", cause);
    }
    throw new StoreError(
      "LOCKED",
      `The data directory "${path}" is in use by another server. Stop that one first, or give ` +
        "this one a data directory of its own.",
      cause,
    );
  }
}

function unusable(path: string, what: string, cause?: unknown): StoreError {
  const why = errorCode(cause);
  return new StoreError(
    "UNUSABLE_PATH",
    `"${path}" ${what}${why === "" ? "" : ` (${why})`}. Give a data directory that the user who ` +
      "runs this server may create files in.",
    cause,
  );
}
