import protobuf from "protobufjs/light.js";
import type { CordonError, FieldViolation, PreconditionViolation, Status } from "../base/errors.js";

/** Trailer that carries a serialised google.rpc.Status beside grpc-status and grpc-message. */
export const STATUS_DETAILS_KEY = "grpc-status-details-bin";

/** google.rpc.ErrorInfo.domain of every error that Cordon makes. */
export const ERROR_DOMAIN = "cordon";

/**
 * Most bytes of the encoded details. Many gRPC clients accept 8 KiB of headers in all, and these
 * bytes travel as base64, a third longer, beside grpc-message. Violations and fields that do not
 * fit are left out from the end and counted in ErrorInfo.metadata under {@link OMITTED_KEY}.
 */
export const STATUS_DETAILS_BYTES_MAX = 5120;

/** ErrorInfo.metadata key: how many violations and fields were left out, as a decimal number. */
export const OMITTED_KEY = "omitted";

/** Most characters of the message within the details; grpc-message has all of it. */
const MESSAGE_CHARACTERS_MAX = 1000;

/** Numbers of the statuses on the wire (google.rpc.Code). */
export const statusCodes: Readonly<Record<Status, number>> = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

/** What a caller learns of an error beyond its status. Absent parts are empty. */
export interface StatusDetails {
  /** google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** Stable reason of `cordon.v1.Reason` without its prefix; empty when there is no ErrorInfo. */
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly PreconditionViolation[];
  readonly fields: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;
}

const metadataField: protobuf.IMapField = { keyType: "string", type: "string", id: 3 };

/** google/rpc/status.proto and error_details.proto, the messages and fields used here. */
const root = protobuf.Root.fromJSON({
  nested: {
    Any: {
      fields: { typeUrl: { type: "string", id: 1 }, value: { type: "bytes", id: 2 } },
    },
    Status: {
      fields: {
        code: { type: "int32", id: 1 },
        message: { type: "string", id: 2 },
        details: { rule: "repeated", type: "Any", id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: { type: "string", id: 1 },
        domain: { type: "string", id: 2 },
        metadata: metadataField,
      },
    },
    Precondition: {
      fields: {
        type: { type: "string", id: 1 },
        subject: { type: "string", id: 2 },
        description: { type: "string", id: 3 },
      },
    },
    PreconditionFailure: {
      fields: { violations: { rule: "repeated", type: "Precondition", id: 1 } },
    },
    Field: {
      fields: { field: { type: "string", id: 1 }, description: { type: "string", id: 2 } },
    },
    BadRequest: {
      fields: { fieldViolations: { rule: "repeated", type: "Field", id: 1 } },
    },
    Duration: {
      fields: { seconds: { type: "int64", id: 1 }, nanos: { type: "int32", id: 2 } },
    },
    RetryInfo: {
      fields: { retryDelay: { type: "Duration", id: 1 } },
    },
  },
});

const typeUrlPrefix = "type.googleapis.com/google.rpc.";
const plain = { longs: Number, enums: String, bytes: Buffer, defaults: true };

/**
 * Serialises an error as a google.rpc.Status for the trailer {@link STATUS_DETAILS_KEY}: ErrorInfo
 * always; PreconditionFailure, BadRequest and RetryInfo when the error has them. At most
 * {@link STATUS_DETAILS_BYTES_MAX} bytes unless reason and metadata alone are longer.
 */
export function encodeStatusDetails(error: CordonError): Buffer {
  let { violations, fields } = error;
  let omitted = 0;
  for (;;) {
    const bytes = encode(error, violations, fields, omitted);
    const total = violations.length + fields.length;
    if (bytes.length <= STATUS_DETAILS_BYTES_MAX || total === 0) return bytes;
    const keep = Math.floor((total * STATUS_DETAILS_BYTES_MAX) / bytes.length);
    const left = Math.min(keep, total - 1);
    violations = violations.slice(0, left);
    fields = fields.slice(0, left - violations.length);
    omitted += total - violations.length - fields.length;
  }
}

/** Reads what {@link encodeStatusDetails} wrote, or any google.rpc.Status; null when malformed. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails | null {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

function encode(
  error: CordonError,
  violations: readonly PreconditionViolation[],
  fields: readonly FieldViolation[],
  omitted: number,
): Buffer {
  const metadata =
    omitted === 0 ? error.metadata : { ...error.metadata, [OMITTED_KEY]: `${omitted}` };
  const details = [any("ErrorInfo", { reason: error.reason, domain: ERROR_DOMAIN, metadata })];
  if (violations.length > 0) details.push(any("PreconditionFailure", { violations }));
  if (fields.length > 0) details.push(any("BadRequest", { fieldViolations: fields }));
  if (error.retryAfterMs !== undefined) {
    details.push(any("RetryInfo", { retryDelay: duration(error.retryAfterMs) }));
  }
  const message = error.message.slice(0, MESSAGE_CHARACTERS_MAX);
  return serialise("Status", { code: statusCodes[error.status], message, details });
}

function decode(bytes: Uint8Array): StatusDetails {
  const status = parse("Status", bytes);
  let reason = "";
  let domain = "";
  let metadata: Record<string, string> = {};
  let violations: PreconditionViolation[] = [];
  let fields: FieldViolation[] = [];
  let retryAfterMs: number | undefined;
  for (const { typeUrl, value } of status["details"] as { typeUrl: string; value: Buffer }[]) {
    if (typeUrl === `${typeUrlPrefix}ErrorInfo`) {
      const info = parse("ErrorInfo", value);
      reason = info["reason"] as string;
      domain = info["domain"] as string;
      metadata = (info["metadata"] ?? {}) as Record<string, string>;
    } else if (typeUrl === `${typeUrlPrefix}PreconditionFailure`) {
      violations = parse("PreconditionFailure", value)["violations"] as PreconditionViolation[];
    } else if (typeUrl === `${typeUrlPrefix}BadRequest`) {
      fields = parse("BadRequest", value)["fieldViolations"] as FieldViolation[];
    } else if (typeUrl === `${typeUrlPrefix}RetryInfo`) {
      const delay = parse("RetryInfo", value)["retryDelay"] as { seconds: number; nanos: number };
      retryAfterMs = delay.seconds * 1000 + delay.nanos / 1e6;
    }
  }
  const code = status["code"] as number;
  const message = status["message"] as string;
  return { code, message, reason, domain, metadata, violations, fields, retryAfterMs };
}

function any(name: string, message: object): { typeUrl: string; value: Buffer } {
  return { typeUrl: typeUrlPrefix + name, value: serialise(name, message) };
}

function duration(ms: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

function serialise(name: string, message: object): Buffer {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}

function parse(name: string, bytes: Uint8Array): Record<string, unknown> {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { ...plain, arrays: true, objects: true });
}
