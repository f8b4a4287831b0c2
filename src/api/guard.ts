import { invalidField } from "../base/errors.js";

/** Characters of an id that a caller sends; the longest that the server makes has 63. */
export const ID_CHARACTERS_MAX = 128;
/** Messages in one list of a request; every list has a lower limit of its own besides. */
export const LIST_ITEMS_MAX = 4096;
/** How deep a request nests, with room to spare. */
const DEPTH_MAX = 16;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Checks what holds for every request, before its own rules: ids are not longer than ids are, no
 * text has control characters (they would act on the terminals that show it), and no list of
 * messages is endless.
 * @throws CordonError INVALID_ARGUMENT naming the field
 */
export function guardRequest(request: unknown): void {
  guard(request, "", 0);
}

function guard(value: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX) throw invalidField(path, "is nested too deeply");
  if (typeof value === "string") guardText(value, path);
  else if (Array.isArray(value)) guardList(value, path, depth);
  else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    guardMembers(value, path, depth);
  }
}

function guardMembers(message: object, path: string, depth: number): void {
  for (const [key, member] of Object.entries(message)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    guard(member, path === "" ? name : `${path}.${name}`, depth + 1);
  }
}

function guardList(list: readonly unknown[], path: string, depth: number): void {
  // The numbers of an embedding are many, and checked against the dimension where they are used.
  if (typeof list[0] === "number") return;
  if (list.length > LIST_ITEMS_MAX) {
    throw invalidField(path, `has ${list.length} items; ${LIST_ITEMS_MAX} is the most of any list`);
  }
  for (const [position, item] of list.entries()) guard(item, `${path}[${position}]`, depth + 1);
}

function guardText(text: string, path: string): void {
  const isId = /_ids?(\[\d+\])?$/.test(path);
  if (isId && text.length > ID_CHARACTERS_MAX) {
    throw invalidField(path, `has more than ${ID_CHARACTERS_MAX} characters, so it is no id`);
  }
  if (controlCharacter.test(text)) throw invalidField(path, "has control characters");
}
