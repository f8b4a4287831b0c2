import { status as grpcStatus, type Metadata } from "@grpc/grpc-js";
import type { FieldViolation, PreconditionViolation, Status } from "../../base/errors.js";
import { decodeStatusDetails, STATUS_DETAILS_KEY } from "../status-details.js";

/** Every status that a call may end with: Cordon's own, and those that only gRPC itself gives. */
export type ClientStatus =
  | Status
  | "UNKNOWN"
  | "UNIMPLEMENTED"
  | "ABORTED"
  | "OUT_OF_RANGE"
  | "DATA_LOSS";

/** Why a call did not give an answer, with everything that the server said about it. */
export class CordonClientError extends Error {
  readonly status: ClientStatus;
  /** Stable reason of `cordon.v1.Reason`; empty when the server, or no server, gave none. */
  readonly reason: string;
  /** Rules that are not satisfied; not empty when the gate refused. */
  readonly violations: readonly PreconditionViolation[];
  /** Fields of the request that are wrong. */
  readonly fields: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  /** When to try again, milliseconds; undefined when the server did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(init: {
    readonly status: ClientStatus;
    readonly message: string;
    readonly reason?: string;
    readonly violations?: readonly PreconditionViolation[];
    readonly fields?: readonly FieldViolation[];
    readonly metadata?: Readonly<Record<string, string>>;
    readonly retryAfterMs?: number | undefined;
    readonly cause?: unknown;
  }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = "CordonClientError";
    this.status = init.status;
    this.reason = init.reason ?? "";
    this.violations = init.violations ?? [];
    this.fields = init.fields ?? [];
    this.metadata = init.metadata ?? {};
    this.retryAfterMs = init.retryAfterMs;
  }
}

/** What grpc-js hands to a unary callback. */
interface ServiceErrorLike {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** Turns what grpc-js gave, or anything else thrown, into a CordonClientError. */
export function toClientError(thrown: unknown): CordonClientError {
  if (thrown instanceof CordonClientError) return thrown;
  if (!isServiceError(thrown)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new CordonClientError({ status: "UNKNOWN", message, cause: thrown });
  }
  const [trailer] = thrown.metadata?.get(STATUS_DETAILS_KEY) ?? [];
  const details = Buffer.isBuffer(trailer) ? decodeStatusDetails(trailer) : null;
  return new CordonClientError({
    status: statusName(thrown.code),
    message: thrown.details,
    reason: details?.reason ?? "",
    violations: details?.violations ?? [],
    fields: details?.fields ?? [],
    metadata: details?.metadata ?? {},
    retryAfterMs: details?.retryAfterMs,
    cause: thrown,
  });
}

function isServiceError(thrown: unknown): thrown is ServiceErrorLike {
  if (!(thrown instanceof Error)) return false;
  return "code" in thrown && typeof thrown.code === "number" && "details" in thrown;
}

function statusName(code: number): ClientStatus {
  return (grpcStatus[code] ?? "UNKNOWN") as ClientStatus;
}
