/**
 * The one error class. It carries what a caller may see (`message`, `reason`, details) apart from
 * what only the log may (`cause`). Expected outcomes inside the engine are values; this error is
 * how they, and bugs, leave it.
 */
export type Status =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "PERMISSION_DENIED"
  | "UNAUTHENTICATED"
  | "RESOURCE_EXHAUSTED"
  | "DEADLINE_EXCEEDED"
  | "CANCELLED"
  | "UNAVAILABLE"
  | "INTERNAL";

/** One field of a request that is wrong (google.rpc.BadRequest.FieldViolation). */
export interface FieldViolation {
  /** Path in the request, for example `sources[2].image`. */
  readonly field: string;
  readonly description: string;
}

/** One rule that is not satisfied (google.rpc.PreconditionFailure.Violation). */
export interface PreconditionViolation {
  /** Stable reason, for example `SIGNAGE_MISSING`. */
  readonly type: string;
  /** What it concerns, for example `zone/gate-4/entrance/east`. */
  readonly subject: string;
  readonly description: string;
}

export interface CordonErrorInit {
  readonly status: Status;
  /** Stable reason of `cordon.v1.Reason`, without its prefix. */
  readonly reason: string;
  /** Says what is wrong, where, and what to do next. Never contains personal information. */
  readonly message: string;
  readonly fields?: readonly FieldViolation[];
  readonly violations?: readonly PreconditionViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** When to try again, for RESOURCE_EXHAUSTED and UNAVAILABLE. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class CordonError extends Error {
  readonly status: Status;
  readonly reason: string;
  readonly fields: readonly FieldViolation[];
  readonly violations: readonly PreconditionViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;

  constructor(init: CordonErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = "CordonError";
    this.status = init.status;
    this.reason = init.reason;
    this.fields = init.fields ?? [];
    this.violations = init.violations ?? [];
    this.metadata = init.metadata ?? {};
    this.retryAfterMs = init.retryAfterMs;
  }
}

type Fault = Pick<CordonErrorInit, "status" | "reason" | "message" | "retryAfterMs">;

/** A disk that is full is not emptied within moments. */
const STORAGE_RETRY_AFTER_MS = 5_000;

const diskFailed: Fault = {
  status: "UNAVAILABLE",
  reason: "STORAGE_FAILED",
  message:
    "The server could not write to its disk, so nothing is acknowledged. See that its data folder " +
    "may be written and has free space, and try again; the server's log has the cause.",
  retryAfterMs: STORAGE_RETRY_AFTER_MS,
};
const storeEnded: Fault = {
  status: "UNAVAILABLE",
  reason: "STORAGE_FAILED",
  message:
    "The server's store has ended by itself. What was acknowledged is stored. Restart the server; " +
    "its log has the cause.",
};
const closed: Fault = {
  status: "UNAVAILABLE",
  reason: "SHUTTING_DOWN",
  message: "The server is shutting down, so nothing is acknowledged. Try again after its restart.",
};
const databaseDamaged: Fault = {
  status: "INTERNAL",
  reason: "STORAGE_DAMAGED",
  message:
    "The server's database is damaged. Stop the server, keep a copy of its data folder, and " +
    "restore the latest back-up (cordon restore); the server's log says what is damaged.",
};
const auditDamaged: Fault = {
  status: "INTERNAL",
  reason: "STORAGE_DAMAGED",
  message:
    "The server's audit is damaged or was altered. Keep a copy of it as evidence; cordon audit " +
    "verify names the first broken record.",
};

/**
 * Faults of the folders below that whoever calls can do something about, by the name and the code
 * of their errors. They are written out because this folder imports nothing.
 */
const faults: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  StoreError: {
    WRITE_FAILED: diskFailed,
    UNUSABLE_PATH: diskFailed,
    THREAD_FAILED: storeEnded,
    CLOSED: closed,
    CORRUPT: databaseDamaged,
  },
  AuditError: {
    WRITE_FAILED: diskFailed,
    UNUSABLE_PATH: diskFailed,
    CLOSED: closed,
    BROKEN: auditDamaged,
  },
};

/**
 * Turns anything thrown into a CordonError with a private cause: a fault of the store or the audit
 * into what can be done about it, a stranger into INTERNAL.
 */
export function toCordonError(thrown: unknown): CordonError {
  if (thrown instanceof CordonError) return thrown;
  const fault = faultOf(thrown);
  if (fault !== null) return new CordonError({ ...fault, cause: thrown });
  return new CordonError({
    status: "INTERNAL",
    reason: "INTERNAL",
    message: "The server failed while it worked on this call. Its log has the cause.",
    cause: thrown,
  });
}

function faultOf(thrown: unknown): Fault | null {
  if (!(thrown instanceof Error) || !("code" in thrown)) return null;
  const known = Object.hasOwn(faults, thrown.name) ? faults[thrown.name] : undefined;
  const code = String(thrown.code);
  return known !== undefined && Object.hasOwn(known, code) ? (known[code] ?? null) : null;
}

export function invalidField(field: string, description: string, reason = "FIELD_INVALID") {
  return new CordonError({
    status: "INVALID_ARGUMENT",
    reason,
    message: `${field}: ${description}`,
    fields: [{ field, description }],
  });
}

/** Characters of a caller's id that an error repeats. */
const ID_CHARACTERS_SHOWN = 128;

export function notFound(what: string, id: string): CordonError {
  const shown = id.slice(0, ID_CHARACTERS_SHOWN);
  return new CordonError({
    status: "NOT_FOUND",
    reason: "NOT_FOUND",
    message: `There is no ${what} "${shown}".`,
    metadata: { resource: `${what}/${shown}` },
  });
}

/** The error for an aborted signal: its reason when that is a CordonError, else CANCELLED. */
export function abortError(signal: AbortSignal): CordonError {
  if (signal.reason instanceof CordonError) return signal.reason;
  return new CordonError({
    status: "CANCELLED",
    reason: "CANCELLED",
    message: "The caller cancelled this call.",
  });
}
