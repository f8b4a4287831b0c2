/** Stable codes of what can go wrong with the store itself. */
export type StoreErrorCode =
  /** The data directory or the database file cannot be made, read or written. */
  | "UNUSABLE_PATH"
  /** Others than the owner may read or write the data directory. */
  | "UNSAFE_PERMISSIONS"
  /** Another server works on this data directory. */
  | "LOCKED"
  /** The file is no database, or another program's. */
  | "FOREIGN_FILE"
  /** The database is damaged, or a record in it does not read as one. */
  | "CORRUPT"
  /** The database was written by a newer Cordon. */
  | "NEWER_SCHEMA"
  /** A write failed: the disk is full, gone or read-only. */
  | "WRITE_FAILED"
  /** A record is not fit to be stored: a bug of the caller. */
  | "RECORD_INVALID"
  /** The thread of the store ended by itself. */
  | "THREAD_FAILED"
  /** The store was closed. */
  | "CLOSED";

/**
 * A broken machine or a bug, never an expected outcome. The message says what is wrong, where,
 * and what to do next, and holds no personal information.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

/** The `code` of an error of Node or SQLite; empty when it has none. */
export function errorCode(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return "";
  return typeof thrown.code === "string" ? thrown.code : "";
}
