import { toWgs84 } from "../../compliance/datum.js";
import type { Geofence } from "../../store/records.js";
import { polygonsOf } from "../documents/fields.js";
import { instant, type TimestampLike } from "../output.js";
import type { DatumWord } from "../words.js";
import type { Seen } from "./change.js";

/** Decimals of a degree that are compared: 1 mm. Conversions of datum agree to a tenth of it. */
const DEGREE_DECIMALS = 8;

/** A place in WGS-84, as the server shows it. */
export function seenPlace(
  at: { latitude: number; longitude: number; datum?: string } | null,
): string {
  if (at === null) return "mobile";
  const datum = (at.datum ?? "WGS84").replace(/^DATUM_/, "") as DatumWord;
  const known = (["GCJ02", "BD09"] as const).find((name) => name === datum);
  const { latitude, longitude } = (known && toWgs84(at, known)) ?? at;
  return `${degrees(latitude)},${degrees(longitude)}`;
}

/** A polygon in WGS-84. Its full text is compared, and only its size and a corner are shown. */
export function seenShape(json: string, datum: DatumWord = "WGS84"): string {
  if (json === "") return "";
  const read = polygonsOf(json, datum);
  // What cannot be read is compared as it is; the server says what is wrong with it.
  if ("problem" in read) return json;
  return shapeText(read);
}

function shapeText({ polygons }: Pick<Geofence, "polygons">): string {
  const ring = (vertices: readonly (readonly [number, number])[]) =>
    vertices
      .map(([longitude, latitude]) => `${degrees(longitude)} ${degrees(latitude)}`)
      .join(", ");
  return polygons.map((rings) => `(${rings.map((one) => `(${ring(one)})`).join(", ")})`).join(", ");
}

/** An instant, to the second as documents and the API agree on it. */
export function seenInstant(at: TimestampLike | null | undefined): string | undefined {
  return at ? instant(at) : undefined;
}

export function seenHash(bytes: Buffer | Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A list in which the order does not matter: each entry is its own name. */
export function seenSet(entries: readonly string[]): Seen {
  return Object.fromEntries(entries.map((entry) => [entry, "yes"]));
}

/** A list of things with names. */
export function seenMap<T>(
  entries: readonly T[],
  name: (entry: T) => string,
  see: (entry: T) => Seen,
): Seen {
  return Object.fromEntries(entries.map((entry) => [name(entry), see(entry)]));
}

function degrees(value: number): string {
  return String(Number(value.toFixed(DEGREE_DECIMALS)));
}
