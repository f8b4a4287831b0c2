import { invalidField } from "../base/errors.js";

/** Characters of an id that a caller sends; the longest that the server makes has 63. */
export const ID_CHARACTERS_MAX = 128;
/** Messages in one list of a request; every list has a lower limit of its own besides. */
export const LIST_ITEMS_MAX = 4096;
/** How deep a request nests, with room to spare. */
const DEPTH_MAX = 16;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** What is wrong, and where below the value that was looked at. */
interface Fault {
  readonly path: string;
  readonly description: string;
}

/**
 * Checks what holds for every request, before its own rules: ids are not longer than ids are, no
 * text has control characters (they would act on the terminals that show it), and no list of
 * messages is endless. Runs for every message of a stream, so paths are only made for a fault.
 * @throws CordonError INVALID_ARGUMENT naming the field
 */
export function guardRequest(request: unknown): void {
  const fault = faultOf(request, "", 0);
  if (fault !== null) throw invalidField(fault.path.replace(/^\./, ""), fault.description);
}

/** @param key name of the member that holds the value, or the list that does */
function faultOf(value: unknown, key: string, depth: number): Fault | null {
  if (typeof value === "string") return faultOfText(value, key);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return null;
  if (depth > DEPTH_MAX) return { path: "", description: "is nested too deeply" };
  return Array.isArray(value) ? faultOfList(value, key, depth) : faultOfMessage(value, depth);
}

function faultOfMessage(message: object, depth: number): Fault | null {
  for (const key of Object.keys(message)) {
    const member = (message as Readonly<Record<string, unknown>>)[key];
    const fault = faultOf(member, key, depth + 1);
    if (fault === null) continue;
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return { ...fault, path: `.${name}${fault.path}` };
  }
  return null;
}

function faultOfList(list: readonly unknown[], key: string, depth: number): Fault | null {
  // The numbers of an embedding are many, and checked against the dimension where they are used.
  if (typeof list[0] === "number") return null;
  if (list.length > LIST_ITEMS_MAX) {
    const description = `has ${list.length} items; ${LIST_ITEMS_MAX} is the most of any list`;
    return { path: "", description };
  }
  for (const [position, item] of list.entries()) {
    const fault = faultOf(item, key, depth + 1);
    if (fault !== null) return { ...fault, path: `[${position}]${fault.path}` };
  }
  return null;
}

function faultOfText(text: string, key: string): Fault | null {
  if (text.length > ID_CHARACTERS_MAX && /.Ids?$/.test(key)) {
    const description = `has more than ${ID_CHARACTERS_MAX} characters, so it is no id`;
    return { path: "", description };
  }
  if (controlCharacter.test(text)) return { path: "", description: "has control characters" };
  return null;
}
