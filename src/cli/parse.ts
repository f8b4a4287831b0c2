/** Strict parsers of arguments. Each throws commander's InvalidArgumentError, which is exit 2. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { fileProblem } from "../base/file-problem.js";
import { isSlug } from "../base/ids.js";
import { named, typed } from "./words.js";

/** Largest file that is read for an argument, bytes: the largest message of any server. */
const FILE_SIZE_BYTES_MAX = 256 * 1024 * 1024;

export function slug(text: string): string {
  if (isSlug(text)) return text;
  throw new InvalidArgumentError(
    "An id is 1 to 63 of a-z, 0-9 and hyphens, begins with a letter and ends with no hyphen.",
  );
}

/** A whole number in decimal digits within a range, both ends included. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

/** A decimal number within a range, both ends included. */
export function decimal(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a number from ${min} to ${max}, for example 0.5.`);
  };
}

/** One of a list, written in lower case with hyphens: `transport-hub` for TRANSPORT_HUB. */
export function word<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((candidate) => candidate === named(text));
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Write one of: ${words.map(typed).join(", ")}.`);
  };
}

const dateForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** `2026-12-31` (0:00 UTC) or RFC 3339 with a zone, as a protobuf Timestamp. */
export function timestamp(text: string): { seconds: number; nanos: number } {
  const match = dateForm.exec(text);
  const ms = Date.parse(text);
  // Date.parse takes 30 February for 2 March.
  const lastDay = new Date(Date.UTC(Number(match?.[1]), Number(match?.[2]), 0)).getUTCDate();
  if (match === null || Number.isNaN(ms) || Number(match[3]) > lastDay) {
    throw new InvalidArgumentError(
      "Write a date, 2026-12-31 (0:00 UTC), or an instant with its zone, 2026-12-31T18:00:00+08:00.",
    );
  }
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** `2010-02-28`, a day that was, as it was written. */
export function birthDate(text: string): string {
  if (text.length === 10 && timestamp(text).seconds * 1000 <= Date.now()) return text;
  throw new InvalidArgumentError("Write a day of birth, 2010-02-28.");
}

export interface LatLng {
  readonly latitude: number;
  readonly longitude: number;
}

/** `31.2304,121.4737`: latitude first, degrees. */
export function position(text: string): LatLng {
  const match = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text);
  const [latitude, longitude] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
    return { latitude, longitude };
  }
  throw new InvalidArgumentError("Write latitude,longitude in degrees, as in 31.2304,121.4737.");
}

/** 64 hexadecimal digits. */
export function sha256(text: string): Buffer {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
  throw new InvalidArgumentError("Write the SHA-256 as 64 hexadecimal digits.");
}

/** Milliseconds of `500ms`, `30s` or `2m`. */
export function duration(text: string): number {
  const match = /^(\d{1,6})(ms|s|m)$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? ""] ?? 0;
  const ms = Number(match?.[1]) * unit;
  if (match !== null && ms >= 1 && ms <= 3_600_000) return ms;
  throw new InvalidArgumentError("Write a time such as 500ms, 30s or 2m, an hour at most.");
}

export function address(text: string): string {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[1]);
  if (match !== null && port >= 1 && port <= 65_535) return text;
  throw new InvalidArgumentError("Write host:port, as in 127.0.0.1:50051.");
}

/** Collects an option that may be given several times. */
export function repeated<T>(parse: (text: string) => T) {
  return (text: string, previous: readonly T[] | undefined): readonly T[] => [
    ...(previous ?? []),
    parse(text),
  ];
}

/** Text of some length. */
export function text(charactersMax: number): (value: string) => string {
  return (value) => {
    if (value.trim() !== "" && value.length <= charactersMax) return value;
    throw new InvalidArgumentError(`Write 1 to ${charactersMax} characters.`);
  };
}

/** The content of a file. @throws Error that names the file */
export function readFile(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${path}: ${fileProblem(error)}`);
  }
  if (bytes.length <= FILE_SIZE_BYTES_MAX) return bytes;
  throw new Error(`${path}: is larger than ${FILE_SIZE_BYTES_MAX / 1024 / 1024} MiB.`);
}

/** SHA-256 of a file that proves something: a photograph of a sign, a signed consent. */
export function fileSha256(path: string): Buffer {
  return createHash("sha256").update(readFile(path)).digest();
}
