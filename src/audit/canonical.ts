import { AuditError } from "./audit-error.js";

/** Levels of objects and arrays in an event's details at most. */
export const detailsDepthMax = 16;
/** Numbers in one array, or in one object, at most: more look like a vector. */
export const numbersTogetherMax = 64;
/** Characters of one string at most. */
export const stringLengthMax = 8_192;
/** Characters of an unbroken run of base64 or hexadecimal digits at most: more look like bytes. */
export const encodedRunLengthMax = 192;

const encodedRun = new RegExp(`[A-Za-z0-9+/_-]{${encodedRunLengthMax + 1}}`);

/**
 * The canonical JSON of a value (RFC 8785): keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them.
 *
 * It is also the guard of the audit log. What is not plain JSON, and what looks like a vector, a
 * picture or other bytes, is refused, so that no biometric content can reach the log by mistake.
 *
 * @throws AuditError EVENT_INVALID, naming the path
 */
export function canonicalJson(value: unknown): string {
  return write(value, "", 0);
}

function write(value: unknown, path: string, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeString(value, path);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refused(path, "is not a finite number");
    return JSON.stringify(value);
  }
  if (typeof value !== "object") throw refused(path, `is ${typeof value}, which is not JSON`);
  if (depth >= detailsDepthMax) throw refused(path, `is deeper than ${detailsDepthMax} levels`);
  if (Array.isArray(value)) return writeArray(value, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused(path, "is not a plain object: bytes, typed arrays and instances are refused");
  }
  return writeObject(value, path, depth);
}

function writeString(text: string, path: string): string {
  if (text.length > stringLengthMax) {
    throw refused(path, `is longer than ${stringLengthMax} characters`);
  }
  if (text.length > encodedRunLengthMax && encodedRun.test(text)) {
    throw refused(path, "looks like encoded bytes");
  }
  return JSON.stringify(text);
}

function writeArray(values: readonly unknown[], path: string, depth: number): string {
  if (countNumbers(values) > numbersTogetherMax) throw refused(path, looksLikeVector);
  return `[${values.map((value, at) => write(value, `${path}[${at}]`, depth + 1)).join(",")}]`;
}

function writeObject(value: object, path: string, depth: number): string {
  const entries = Object.entries(value);
  if (countNumbers(entries.map(([, entry]) => entry)) > numbersTogetherMax) {
    throw refused(path, looksLikeVector);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(
    ([key, entry]) =>
      `${writeString(key, `${path}.<key>`)}:${write(entry, `${path}.${key}`, depth + 1)}`,
  );
  return `{${members.join(",")}}`;
}

/** Numbers in an array, those of arrays in it included: rows of a matrix are one vector, too. */
function countNumbers(values: readonly unknown[], depth = 0): number {
  if (depth > detailsDepthMax) return 0;
  let count = 0;
  for (const value of values) {
    if (typeof value === "number") count += 1;
    else if (Array.isArray(value)) count += countNumbers(value, depth + 1);
    if (count > numbersTogetherMax) return count;
  }
  return count;
}

const looksLikeVector = `holds more than ${numbersTogetherMax} numbers and looks like a vector`;

function refused(path: string, what: string): AuditError {
  return new AuditError(
    "EVENT_INVALID",
    `An audit event was refused: ${path === "" ? "it" : `"${path.slice(0, 200)}"`} ${what}. ` +
      "Nothing biometric may reach the audit log.",
  );
}
