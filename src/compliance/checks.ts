import type { FieldViolation } from "../base/errors.js";
import { isSlug } from "../base/ids.js";
import type { Datum, LatLng, Position } from "../store/records.js";
import { outsideChina, toWgs84 } from "./datum.js";

/** Longest display name, characters. */
export const DISPLAY_NAME_LENGTH_MAX = 200;
/** Farthest from the geofence that an entrance or a sign may be, metres. */
export const NEAR_ZONE_M_MAX = 50;

const INSTANT_MS_MIN = Date.UTC(1970, 0, 1);
/** Last millisecond of the year 9999, the end of a protobuf Timestamp. */
const INSTANT_MS_MAX = 253_402_300_799_999;
const SHA256_BYTES = 32;

/** Coordinates as a caller sent them, in their datum, unchecked. */
export interface RawPosition extends LatLng {
  readonly datum: Datum;
}

/** A record that is fit to be stored, or every field that is not. */
export type Validated<T> =
  | { readonly ok: true; readonly record: T }
  | { readonly ok: false; readonly fields: readonly FieldViolation[] };

/** Gathers the violations of one request. Each check returns the value, or null when it is bad. */
export interface Checks {
  readonly fields: readonly FieldViolation[];
  add(field: string, description: string): null;
  slug(field: string, id: string): string | null;
  /** May be empty. */
  text(field: string, text: string, lengthMax: number): string | null;
  /** More than blanks. */
  requiredText(field: string, text: string, lengthMax: number): string | null;
  instant(field: string, ms: number | null): number | null;
  position(field: string, raw: RawPosition | null): Position | null;
  /** Lower-case hex of the 32 bytes. */
  sha256(field: string, bytes: Uint8Array): string | null;
  /** Empty for no bytes. */
  optionalSha256(field: string, bytes: Uint8Array): string | null;
  oneOf<Word extends string>(field: string, words: readonly Word[], word: string): Word | null;
  /** A whole number of at least 1; 0 stands for the default. */
  count(field: string, value: number, limits: CountLimits): number | null;
  /** Each once; may be empty. */
  distinctWords<Word extends string>(
    field: string,
    words: readonly Word[],
    list: readonly string[],
  ): readonly Word[];
  /** Ids of zones that there are, each once. */
  zoneIds(field: string, ids: readonly string[], zones: ZoneList): readonly string[];
}

export interface CountLimits {
  readonly max: number;
  readonly fallback: number;
}

/** Which zones there are, and how many a list of them must name at least. */
export interface ZoneList {
  readonly has: (zoneId: string) => boolean;
  readonly min: 0 | 1;
}

/** Most zones that one record names. */
export const ZONES_PER_RECORD_MAX = 256;

export function createChecks(): Checks {
  const fields: FieldViolation[] = [];
  const add = (field: string, description: string): null => {
    fields.push({ field, description });
    return null;
  };
  return {
    fields,
    add,
    slug: (field, id) => (isSlug(id) ? id : add(field, slugRule)),
    text(field, text, lengthMax) {
      const problem = textProblem(text, lengthMax);
      return problem === null ? text : add(field, problem);
    },
    requiredText(field, text, lengthMax) {
      if (text.trim() === "") return add(field, "is required");
      const problem = textProblem(text, lengthMax);
      return problem === null ? text : add(field, problem);
    },
    instant(field, ms) {
      if (ms === null) return add(field, "is required");
      const inRange = ms >= INSTANT_MS_MIN && ms <= INSTANT_MS_MAX;
      return inRange ? Math.floor(ms) : add(field, "must lie between the years 1970 and 9999");
    },
    position(field, raw) {
      if (raw === null) return add(field, "is required");
      const before = fields.length;
      const inRange = (degrees: number, limit: number) => Math.abs(degrees) <= limit;
      if (!inRange(raw.latitude, 90)) add(`${field}.latitude`, latitudeProblem(raw));
      if (!inRange(raw.longitude, 180)) add(`${field}.longitude`, "must be -180 to 180 degrees");
      if (fields.length > before) return null;
      return toPosition(raw) ?? add(field, outsideChina(raw, raw.datum));
    },
    sha256: (field, bytes) => digest(add, field, bytes),
    optionalSha256: (field, bytes) => (bytes.length === 0 ? "" : digest(add, field, bytes)),
    oneOf: (field, words, word) => oneOf(add, field, words, word),
    count(field, value, { max, fallback }) {
      if (value === 0) return fallback;
      const fits = Number.isInteger(value) && value >= 1 && value <= max;
      return fits ? value : add(field, `must be 1 to ${max}, or 0 for ${fallback}`);
    },
    distinctWords: (field, words, list) => distinctWords(add, field, words, list),
    zoneIds: (field, ids, zones) => zoneIds(add, field, ids, zones),
  };
}

type Add = Checks["add"];

function digest(add: Add, field: string, bytes: Uint8Array): string | null {
  if (bytes.length === SHA256_BYTES) return Buffer.from(bytes).toString("hex");
  return add(field, `must be ${SHA256_BYTES} bytes, and has ${bytes.length}`);
}

function oneOf<Word extends string>(
  add: Add,
  field: string,
  words: readonly Word[],
  word: string,
): Word | null {
  const known = words.find((name) => name === word);
  return known ?? add(field, `must be one of ${words.join(", ")}`);
}

function distinctWords<Word extends string>(
  add: Add,
  field: string,
  words: readonly Word[],
  list: readonly string[],
): readonly Word[] {
  if (list.length > words.length) {
    add(field, `must be at most ${words.length}, each once`);
    return [];
  }
  const checked: Word[] = [];
  for (const [at, text] of list.entries()) {
    const word = oneOf(add, `${field}[${at}]`, words, text);
    if (word === null) continue;
    if (checked.includes(word)) add(`${field}[${at}]`, "is in the list twice");
    else checked.push(word);
  }
  return checked;
}

function zoneIds(
  add: Add,
  field: string,
  ids: readonly string[],
  zones: ZoneList,
): readonly string[] {
  if (ids.length < zones.min) add(field, "must name at least one zone");
  if (ids.length > ZONES_PER_RECORD_MAX) {
    add(field, `must be at most ${ZONES_PER_RECORD_MAX}`);
    return [];
  }
  const checked = new Set<string>();
  for (const [at, id] of ids.entries()) {
    if (checked.has(id)) add(`${field}[${at}]`, "is in the list twice");
    else if (!zones.has(id)) add(`${field}[${at}]`, "is no zone");
    checked.add(id);
  }
  return [...checked];
}

const slugRule = "must be 1 to 63 of a-z, 0-9 and hyphens, a letter first, no hyphen last";

function latitudeProblem({ latitude, longitude }: LatLng): string {
  const swapped = Math.abs(latitude) <= 180 && Math.abs(longitude) <= 90;
  const rule = "must be -90 to 90 degrees";
  return swapped ? `${rule}: latitude and longitude look swapped` : rule;
}

/** Control characters but for line breaks and tabs, and halves of a surrogate pair. */
const unfit = /[^\P{Cc}\n\r\t]|\p{Cs}/u;

function textProblem(text: string, lengthMax: number): string | null {
  if (text.length > lengthMax) return `must be at most ${lengthMax} characters`;
  if (unfit.test(text)) return "must be text without control characters";
  return null;
}

/** To WGS-84, with the original when that was another datum; null outside the datum's area. */
function toPosition(raw: RawPosition): Position | null {
  const point = toWgs84(raw, raw.datum);
  if (point === null) return null;
  const { latitude, longitude } = point;
  if (raw.datum === "WGS84") return { latitude, longitude };
  const original = { latitude: raw.latitude, longitude: raw.longitude, datum: raw.datum };
  return { latitude, longitude, original };
}

/**
 * A position that comes with a query, as WGS-84.
 * @param field its path in the request, for example `camera_position`
 */
export function validatePosition(raw: RawPosition, field: string): Validated<Position> {
  const checks = createChecks();
  const record = checks.position(field, raw);
  return record === null ? { ok: false, fields: checks.fields } : { ok: true, record };
}
