/** Stable codes of what can go wrong with the audit log itself. */
export type AuditErrorCode =
  /** The directory or a file cannot be made, read or written. */
  | "UNUSABLE_PATH"
  /** A record or a file was altered, is missing, or is out of order. */
  | "BROKEN"
  /** A write failed; nothing more is acknowledged until a restart. */
  | "WRITE_FAILED"
  /** An event is not fit to be recorded: a bug of the caller. */
  | "EVENT_INVALID"
  /** The clock is behind the newest record; the log does not open until that is mended. */
  | "CLOCK_BACKWARDS"
  /** A signed head that was to be held against the log is none, or was altered. */
  | "SIGNED_HEAD_INVALID"
  /** The log was closed. */
  | "CLOSED";

/** A broken machine, a tampered log or a bug. The message says where, and what to do next. */
export class AuditError extends Error {
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AuditError";
    this.code = code;
  }
}
