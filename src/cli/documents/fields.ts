import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { isSlug } from "../../base/ids.js";
import { parseGeofence } from "../../compliance/geofence.js";
import { canonicalNetwork } from "../../compliance/networks.js";
import { fileSha256, readFile, sha256, timestamp } from "../parse.js";
import { type DatumWord, datums, named, typed } from "../words.js";

/** The longest lists and texts are the server's to judge; these only keep a mistake small. */
const TEXT_CHARACTERS_MAX = 20_000;
const LIST_LENGTH_MAX = 10_000;

/** An id as callers choose it. */
export const id = z
  .string()
  .refine(isSlug, "must be 1 to 63 of a-z, 0-9 and hyphens, a letter first, no hyphen last");

/** Text that says something; white space around it does not count. */
export const text = z
  .string()
  .max(TEXT_CHARACTERS_MAX)
  .transform((value) => value.trim())
  .refine((value) => value !== "", "must not be empty");

/** One of an enum of the API, as it is typed (`transport-hub`) or named (`TRANSPORT_HUB`). */
export function oneOf<T extends string>(words: readonly T[]) {
  return z.string().transform((value, context) => {
    const found = words.find((word) => word === named(value));
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: `must be one of ${words.map(typed).join(", ")}` });
    return z.NEVER;
  });
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).max(LIST_LENGTH_MAX);
}

/** A date, or an instant with a zone, as a protobuf Timestamp. */
export const instant = parsed(timestamp);

export const datum = oneOf<DatumWord>(datums);

/** Members of a place: latitude and longitude in degrees, WGS-84 unless a datum says otherwise. */
export const place = {
  latitude: z.number(),
  longitude: z.number(),
  datum: datum.default("WGS84"),
};

/** A network in CIDR notation, written canonically. */
export const network = z.string().transform((value, context) => {
  const read = canonicalNetwork(value);
  if (!("problem" in read)) return read.network;
  context.addIssue({ code: "custom", message: read.problem });
  return z.NEVER;
});

/** SHA-256 of a file, which is found beside the document. */
export function fileHash(folder: string) {
  return parsed((path) => fileSha256(beside(folder, path)));
}

/** SHA-256 as 64 hexadecimal digits. */
export const hash = parsed(sha256);

/**
 * GeoJSON: inline, as text, or in a file beside the document. Read here only for its form; the
 * server judges it again.
 */
export function geojson(folder: string) {
  return z.unknown().transform((value, context) => {
    const fault = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
    if (value === undefined) return fault("is required");
    if (typeof value !== "string") return fault("must be GeoJSON, or the name of a file of it");
    if (value.trimStart().startsWith("{")) return value;
    try {
      return readFile(beside(folder, value)).toString("utf8");
    } catch (error) {
      return fault((error as Error).message);
    }
  });
}

/** Polygons in WGS-84 as the server keeps them, or the fault. */
export function polygonsOf(json: string, from: DatumWord) {
  const result = parseGeofence(json, from, "");
  return result.ok
    ? result.geofence
    : { problem: result.fields.map(({ description }) => description).join("; ") };
}

/**
 * One of two: the file itself, or its SHA-256. Adds an issue when it is not just one.
 *
 * @param names of the two fields, the file's first
 */
export function evidence(
  file: Buffer | undefined,
  digest: Buffer | undefined,
  names: readonly [string, string],
  context: z.core.$RefinementCtx,
): Buffer {
  const given = [file, digest].filter((value) => value !== undefined);
  if (given.length === 1 && given[0] !== undefined) return given[0];
  const message = `give ${names[0]} (a file) or ${names[1]}, one of the two`;
  context.addIssue({ code: "custom", message, path: [names[0]] });
  return z.NEVER;
}

function beside(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** A string through a parser of arguments, whose message becomes the issue. */
function parsed<T>(parse: (value: string) => T) {
  return z.string().transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
      return z.NEVER;
    }
  });
}
