import type { Session } from "./session.js";
import { type Paint, paintFor } from "./text.js";

/** Decimals of a number in JSON: 32-bit floats have no more to say. */
const DECIMALS = 6;

/** Fields that proto-loader adds to say which member of a oneof is set. */
const oneofNames = new Set(["probe", "basis", "source"]);

/**
 * Writes an answer: as JSON when asked for, else as text for people.
 *
 * JSON has the field names of the API in lowerCamelCase, enums by name, instants as RFC 3339 and
 * bytes in hexadecimal.
 */
export function print(
  session: Session,
  json: boolean,
  answer: unknown,
  text: (paint: Paint) => string,
): void {
  const body = json
    ? JSON.stringify(toJson(answer), null, 2)
    : text(paintFor(session.stdout, session.env));
  session.stdout.write(`${body}\n`);
}

/** A message of the API as plain JSON. */
export function toJson(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toFixed(DECIMALS));
  if (Buffer.isBuffer(value)) return value.toString("hex");
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== "object") return value;
  if (isTimestamp(value)) return instant(value);
  const entries = Object.entries(value).filter(
    ([name, member]) => !name.startsWith("_") && !(oneofNames.has(name) && isName(member)),
  );
  return Object.fromEntries(entries.map(([name, member]) => [name, toJson(member)]));
}

function isName(member: unknown): boolean {
  return typeof member === "string";
}

export interface TimestampLike {
  readonly seconds: number;
  readonly nanos: number;
}

function isTimestamp(value: object): value is TimestampLike {
  const keys = Object.keys(value);
  return keys.length === 2 && "seconds" in value && "nanos" in value;
}

/** RFC 3339 in UTC, to the millisecond only where there are any; `-` when absent. */
export function instant(timestamp: TimestampLike | null | undefined): string {
  if (!timestamp) return "-";
  const date = new Date(timestamp.seconds * 1000 + timestamp.nanos / 1e6);
  return Number.isNaN(date.getTime()) ? "-" : date.toISOString().replace(".000Z", "Z");
}

/** `DECISION_NO_MATCH` without its prefix: `NO_MATCH`. */
export function shortName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
