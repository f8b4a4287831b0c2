import { invalidField } from "../base/errors.js";
import { createChecks, type RawPosition } from "../compliance/checks.js";
import type { Position, Purpose } from "../store/records.js";
import type { Position__Output } from "./generated/cordon/v1/Position.js";
import type { Timestamp, Timestamp__Output } from "./generated/google/protobuf/Timestamp.js";

/** Latest instant that a protobuf Timestamp may hold, 9999-12-31. */
const TIMESTAMP_SECONDS_MAX = 253_402_300_799;
const TIMESTAMP_SECONDS_MIN = -62_135_596_800;

/** Milliseconds since the epoch, or null when the field is absent. */
export function toMs(timestamp: Timestamp__Output | null, field: string): number | null {
  if (timestamp === null) return null;
  const { seconds, nanos } = timestamp;
  const inRange =
    seconds >= TIMESTAMP_SECONDS_MIN &&
    seconds <= TIMESTAMP_SECONDS_MAX &&
    nanos >= 0 &&
    nanos <= 999_999_999;
  if (!inRange) throw invalidField(field, "is not an instant between the years 1 and 9999");
  return seconds * 1000 + Math.floor(nanos / 1e6);
}

export function toTimestamp(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** `PURPOSE_PUBLIC_SAFETY` -> `PUBLIC_SAFETY`; unspecified means public safety. */
export function toPurpose(purpose: string, field: string): Purpose {
  if (purpose === "PURPOSE_UNSPECIFIED" || purpose === "PURPOSE_PUBLIC_SAFETY") {
    return "PUBLIC_SAFETY";
  }
  throw invalidField(field, "is not a purpose that this server knows");
}

export function fromPurpose(purpose: Purpose): "PURPOSE_PUBLIC_SAFETY" {
  return `PURPOSE_${purpose}`;
}

export function toRawPosition(position: Position__Output | null): RawPosition | null {
  if (position === null) return null;
  return {
    latitude: position.latitude,
    longitude: position.longitude,
    datum: toDatum(position.datum),
  };
}

/** A position in WGS-84; null when the field is absent. */
export function toPosition(message: Position__Output | null, field: string): Position | null {
  if (message === null) return null;
  const checks = createChecks();
  const position = checks.position(field, toRawPosition(message));
  const [fault] = checks.fields;
  if (fault !== undefined) throw invalidField(fault.field, fault.description);
  return position;
}

export function toDatum(datum: string): RawPosition["datum"] {
  if (datum === "DATUM_GCJ02") return "GCJ02";
  if (datum === "DATUM_BD09") return "BD09";
  return "WGS84";
}

export function fromPosition(position: Position) {
  return {
    latitude: position.latitude,
    longitude: position.longitude,
    datum: "DATUM_WGS84" as const,
  };
}

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

export function toPageRequest(request: { pageSize: number; pageToken: string }) {
  if (request.pageSize > PAGE_SIZE_MAX) {
    throw invalidField("page_size", `must be at most ${PAGE_SIZE_MAX}`);
  }
  return { size: request.pageSize || PAGE_SIZE_DEFAULT, token: request.pageToken };
}
