import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { syncDirectory } from "../base/sync-directory.js";
import { readAhead } from "./read-ahead.js";
import { errorCode, StoreError } from "./store-error.js";

/** "CRDN": marks a database file as Cordon's (SQLite's application_id). */
export const applicationId = 0x4352444e;

/** How long a statement waits for a reader in another process, such as a back-up. */
export const busyTimeoutMs = 5_000;

/** Memory for pages. Indexes of random ids want theirs at hand: 1,000,000 templates have 50 MiB. */
export const pageCacheSizeKibibytes = 65_536;

export interface SqliteFileOptions {
  /** Path of the database file, in a prepared and locked data directory. */
  readonly path: string;
  /** Walks every page at open (`PRAGMA quick_check`). Default true. */
  readonly checkPages?: boolean;
}

/**
 * Opens the database file, mode 0600, and makes it when there is none. Nothing is written to a
 * file that is not Cordon's.
 *
 * @throws StoreError UNUSABLE_PATH, FOREIGN_FILE or CORRUPT
 */
export async function openSqliteFile(options: SqliteFileOptions): Promise<SqliteDatabase.Database> {
  await prepareFile(options.path);
  let database: SqliteDatabase.Database | null = null;
  try {
    database = new SqliteDatabase(options.path, { fileMustExist: true, timeout: busyTimeoutMs });
    requireOwnFile(database, options.path);
    configure(database);
    if (options.checkPages ?? true) requireSoundPages(database, options.path);
    return database;
  } catch (cause) {
    database?.close();
    throw explainSqliteError(cause, options.path);
  }
}

async function prepareFile(path: string): Promise<void> {
  try {
    const handle = await open(path, "wx", 0o600);
    await handle.close();
    await syncDirectory(dirname(path));
    return;
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw unusableFile(path, "cannot be made", cause);
  }
  const status = await stat(path);
  if (status.isDirectory()) throw unusableFile(path, "is a directory, not a database file");
  if (!status.isFile()) throw unusableFile(path, "is not a plain file");
  // Through the descriptor, so that no other file can be put in the way meanwhile. A file that
  // may only be read SQLite would open all the same, and fail at the first write.
  const handle = await open(path, "r+").catch((cause: unknown) => {
    throw unusableFile(path, "cannot be opened for writing", cause);
  });
  try {
    if (process.platform !== "win32" && (status.mode & 0o077) !== 0) await handle.chmod(0o600);
  } catch (cause) {
    throw unusableFile(path, "can be read by others, and its mode cannot be changed", cause);
  } finally {
    await handle.close();
  }
}

function requireOwnFile(database: SqliteDatabase.Database, path: string): void {
  const id = database.pragma("application_id", { simple: true });
  if (id === applicationId) return;
  const objects = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (id === 0 && objects === 0) {
    database.pragma(`application_id = ${applicationId}`);
    return;
  }
  throw new StoreError(
    "FOREIGN_FILE",
    `"${path}" is the database of another program. Nothing was written to it. Give the path of ` +
      "a Cordon database, or of a file that does not exist yet.",
  );
}

/** Durable at every commit; what is deleted is overwritten; nothing spills into other files. */
function configure(database: SqliteDatabase.Database): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  // The log is emptied by `SqliteLog` alone, which has to see what is in it.
  database.pragma("wal_autocheckpoint = 0");
  database.pragma(`cache_size = -${pageCacheSizeKibibytes}`);
  database.pragma("foreign_keys = ON");
  database.pragma("secure_delete = ON");
  database.pragma("temp_store = MEMORY");
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
}

function requireSoundPages(database: SqliteDatabase.Database, path: string): void {
  // The check follows the trees, from one end of the file to the other.
  readAhead(path);
  const verdict = database.pragma("quick_check(1)", { simple: true });
  if (verdict !== "ok") throw corrupt(path, String(verdict));
}

/**
 * Turns an error of SQLite into one that says what to do; anything else is returned as it is.
 *
 * @param path the database file, for the message
 */
export function explainSqliteError(thrown: unknown, path: string): unknown {
  const code = errorCode(thrown);
  if (code === "SQLITE_NOTADB") {
    return new StoreError(
      "FOREIGN_FILE",
      `"${path}" is not a database, or it is encrypted or damaged at its very start. Restore it ` +
        "from a back-up, or give the path of a file that does not exist yet.",
      thrown,
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) return corrupt(path, code, thrown);
  if (code === "SQLITE_FULL") return writeFailed(path, "the disk is full. Free some space", thrown);
  if (code.startsWith("SQLITE_READONLY")) {
    return writeFailed(path, "it, or its directory, is read-only. Make both writable", thrown);
  }
  if (code.startsWith("SQLITE_IOERR")) {
    return writeFailed(path, `the disk failed (${code}). Check the disk and its log`, thrown);
  }
  if (code.startsWith("SQLITE_CANTOPEN")) return unusableFile(path, "cannot be opened", thrown);
  return thrown;
}

function corrupt(path: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(
    "CORRUPT",
    `The database "${path}" is damaged (${detail}). Keep a copy of it, then restore the latest ` +
      "back-up.",
    cause,
  );
}

function writeFailed(path: string, why: string, cause: unknown): StoreError {
  return new StoreError(
    "WRITE_FAILED",
    `The database "${path}" cannot be written: ${why}. Nothing of this change was stored.`,
    cause,
  );
}

function unusableFile(path: string, what: string, cause?: unknown): StoreError {
  const code = errorCode(cause);
  return new StoreError(
    "UNUSABLE_PATH",
    `"${path}" ${what}${code === "" ? "" : ` (${code})`}. Give the path of a database file that ` +
      "the user who runs this server may read and write.",
    cause,
  );
}
