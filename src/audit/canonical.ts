import { AuditError } from "./audit-error.js";

/** Levels of objects and arrays in an event's details at most. */
export const detailsDepthMax = 16;
/** Numbers in one array, or in one object, at most: more look like a vector. */
export const numbersTogetherMax = 64;
/** Characters of one string at most. */
export const stringLengthMax = 8_192;
/** Characters of an unbroken run of base64 or hexadecimal digits at most: more look like bytes. */
export const encodedRunLengthMax = 192;

/** Printable ASCII without quotes and backslashes: JSON writes it as it is. */
const plain = /^[ !#-[\]-~]*$/;
const encodedRun = new RegExp(`[A-Za-z0-9+/_-]{${encodedRunLengthMax + 1}}`);

/**
 * The canonical JSON of a value (RFC 8785): keys sorted by UTF-16 code units, no white space,
 * numbers as ECMAScript writes them.
 *
 * It is also the guard of the audit log. What is not plain JSON, and what looks like a vector, a
 * picture or other bytes, is refused, so that no biometric content can reach the log by mistake.
 *
 * @param path where the value stands in a greater one: its depth counts, and errors name it
 * @throws AuditError EVENT_INVALID, naming the path
 */
export function canonicalJson(value: unknown, path: readonly string[] = []): string {
  return write(value, [...path]);
}

/** Keys and positions on the way to a value; as many as it is deep. Written out only on errors. */
type Path = (string | number)[];

function write(value: unknown, path: Path): string {
  if (typeof value === "string") return writeString(value, path);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refused(path, "is not a finite number");
    return String(value);
  }
  if (typeof value !== "object") throw refused(path, `is ${typeof value}, which is not JSON`);
  if (path.length >= detailsDepthMax) {
    throw refused(path, `is deeper than ${detailsDepthMax} levels`);
  }
  if (Array.isArray(value)) return writeArray(value, path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused(path, "is not a plain object: bytes, typed arrays and instances are refused");
  }
  return writeObject(value as Readonly<Record<string, unknown>>, path);
}

function writeString(text: string, path: Path): string {
  if (text.length > encodedRunLengthMax) {
    if (text.length > stringLengthMax) {
      throw refused(path, `is longer than ${stringLengthMax} characters`);
    }
    if (encodedRun.test(text)) throw refused(path, "looks like encoded bytes");
  }
  // Three times as quick as JSON.stringify for an id, and most strings are one.
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function writeArray(values: readonly unknown[], path: Path): string {
  if (countNumbers(values) > numbersTogetherMax) throw refused(path, looksLikeVector);
  let text = "[";
  for (let at = 0; at < values.length; at++) {
    path.push(at);
    text += `${at === 0 ? "" : ","}${write(values[at], path)}`;
    path.pop();
  }
  return `${text}]`;
}

function writeObject(object: Readonly<Record<string, unknown>>, path: Path): string {
  // The default order is by UTF-16 code units, which is that of RFC 8785.
  const keys = Object.keys(object);
  if (!isSorted(keys)) keys.sort();
  let text = "{";
  let numbers = 0;
  for (const key of keys) {
    const value = object[key];
    if (typeof value === "number") numbers += 1;
    else if (Array.isArray(value)) numbers += countNumbers(value);
    if (numbers > numbersTogetherMax) throw refused(path, looksLikeVector);
    path.push("<key>");
    text += text.length === 1 ? writeKey(key, path) : `,${writeKey(key, path)}`;
    path[path.length - 1] = key;
    text += write(value, path);
    path.pop();
  }
  return `${text}}`;
}

/** Keys that are known to be plain, as they are written: there are few, and each comes often. */
const writtenKeys = new Map<string, string>();
const writtenKeysMax = 1_024;

function writeKey(key: string, path: Path): string {
  const known = writtenKeys.get(key);
  if (known !== undefined) return known;
  const written = `${writeString(key, path)}:`;
  if (writtenKeys.size < writtenKeysMax) writtenKeys.set(key, written);
  return written;
}

function isSorted(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) {
    if ((keys[at] ?? "") < (keys[at - 1] ?? "")) return false;
  }
  return true;
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

/** Characters of a path that an error shows. */
const pathCharactersShown = 200;

function refused(path: Path, what: string): AuditError {
  const where = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return new AuditError(
    "EVENT_INVALID",
    `An audit event was refused: ${where === "" ? "it" : `"${where.slice(0, pathCharactersShown)}"`} ` +
      `${what}. Nothing biometric may reach the audit log.`,
  );
}
