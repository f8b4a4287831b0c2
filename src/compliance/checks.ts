import type { FieldViolation } from "../base/errors.js";
import { isSlug } from "../base/ids.js";
import type { Datum, LatLng, Position } from "../store/records.js";
import { toWgs84 } from "./datum.js";

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
  text(field: string, text: string, lengthMax: number): string | null;
  instant(field: string, ms: number | null): number | null;
  position(field: string, raw: RawPosition | null): Position | null;
  /** Lower-case hex of the 32 bytes. */
  sha256(field: string, bytes: Uint8Array): string | null;
}

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
      return toPosition(raw) ?? add(field, outsideChina(raw.datum));
    },
    sha256(field, bytes) {
      if (bytes.length === SHA256_BYTES) return Buffer.from(bytes).toString("hex");
      return add(field, `must be ${SHA256_BYTES} bytes, and has ${bytes.length}`);
    },
  };
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

function outsideChina(datum: Datum): string {
  return `is not in China, where alone ${datum} is defined: send WGS-84`;
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
