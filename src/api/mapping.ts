import { invalidField } from "../base/errors.js";
import type { RawPosition } from "../compliance/checks.js";
import { type Geofence, type Position, type Purpose, purposes } from "../store/records.js";
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

/**
 * The word of an enum value: `PLACE_TYPE_SCHOOL_GATE` -> `SCHOOL_GATE`; empty for UNSPECIFIED. A
 * number that the proto does not name arrives as that number, and stays no word.
 */
export function wordOf(value: string, prefix: string): string {
  const name = String(value);
  if (!name.startsWith(prefix)) return name;
  const word = name.slice(prefix.length);
  return word === "UNSPECIFIED" ? "" : word;
}

/** `PURPOSE_PUBLIC_SAFETY` -> `PUBLIC_SAFETY`; unspecified means public safety. */
export function toPurpose(purpose: string, field: string): Purpose {
  const word = wordOf(purpose, "PURPOSE_") || "PUBLIC_SAFETY";
  const known = purposes.find((name) => name === word);
  if (known === undefined) throw invalidField(field, `must be one of ${purposes.join(", ")}`);
  return known;
}

export function fromPurpose(purpose: Purpose): `PURPOSE_${Purpose}` {
  return `PURPOSE_${purpose}`;
}

export function toRawPosition(
  position: Position__Output | null,
  field: string,
): RawPosition | null {
  if (position === null) return null;
  const { latitude, longitude } = position;
  return { latitude, longitude, datum: toDatum(position.datum, `${field}.datum`) };
}

/** Unspecified means WGS-84. */
export function toDatum(datum: string, field: string): RawPosition["datum"] {
  const word = wordOf(datum, "DATUM_") || "WGS84";
  const known = datums.find((name) => name === word);
  if (known === undefined) throw invalidField(field, `must be one of ${datums.join(", ")}`);
  return known;
}

const datums = ["WGS84", "GCJ02", "BD09"] as const;

export function fromPosition(position: Position) {
  return {
    latitude: position.latitude,
    longitude: position.longitude,
    datum: "DATUM_WGS84" as const,
  };
}

export function toTimestampOrNull(ms: number | null): Timestamp | null {
  return ms === null ? null : toTimestamp(ms);
}

/** GeoJSON of a geofence, as answers show it: WGS-84. */
export function fromGeofence({ polygons }: Geofence): string {
  return JSON.stringify({ type: "MultiPolygon", coordinates: polygons });
}

/** Lower-case hex to the bytes of a message. */
export function fromHex(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

export function toPageRequest(request: { pageSize: number; pageToken: string }) {
  if (request.pageSize > PAGE_SIZE_MAX) {
    throw invalidField("page_size", `must be at most ${PAGE_SIZE_MAX}`);
  }
  return { size: request.pageSize || PAGE_SIZE_DEFAULT, token: request.pageToken };
}
