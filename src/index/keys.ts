import { keyWords } from "./kernel/pages.js";

/**
 * Ids as 16 bytes: a UUID in its canonical form (RFC 9562: lower case, a version, the variant) is
 * what it says; any other text stands in a table, and its key names the place. Two ids are the
 * same when their keys are.
 */
export interface Keys {
  /** Texts that are no UUID and are held. */
  readonly texts: number;
  /** Estimate of what they take. */
  readonly bytes: number;
  /** Writes the id's key; false, and nothing written, when the id is not known here. */
  find(id: string, key: Uint32Array): boolean;
  /** Writes the id's key, which counts one more holder. */
  hold(id: string, key: Uint32Array): void;
  /** Counts one holder less of the key at `at`. */
  release(words: Uint32Array, at: number): void;
  /** The id of the key at `at`. */
  textOf(words: Uint32Array, at: number): string;
  /** Orders two keys as their ids are ordered; 0 for the same. */
  compare(one: Uint32Array, oneAt: number, other: Uint32Array, otherAt: number): number;
  clear(): void;
}

/** Last words of a key that names a place: no UUID has this variant. */
const placeMark = 0xffff_ffff;
/** Bytes of a text beside its characters: the string, its places in two tables. */
const textOverheadBytes = 72;
const uuidLength = 36;
const dash = 45;
const dashes = [8, 13, 18, 23];
/** Of each of the four words of a UUID: where its eight digits are. */
const digitsOfWords = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
] as const;

interface Text {
  readonly id: string;
  holders: number;
}

export function createKeys(): Keys {
  const placeOfText = new Map<string, number>();
  const texts: (Text | null)[] = [];
  const freePlaces: number[] = [];
  let characters = 0;

  function isPlace(words: Uint32Array, at: number): boolean {
    return words[at + 2] === placeMark;
  }

  function textAt(words: Uint32Array, at: number): Text {
    return texts[words[at] as number] as Text;
  }

  function setPlace(place: number, key: Uint32Array): void {
    key[0] = place;
    key[1] = 0;
    key[2] = placeMark;
    key[3] = placeMark;
  }

  function addText(id: string): number {
    const place = freePlaces.pop() ?? texts.length;
    texts[place] = { id, holders: 0 };
    placeOfText.set(id, place);
    characters += id.length;
    return place;
  }

  function textOf(words: Uint32Array, at: number): string {
    return isPlace(words, at) ? textAt(words, at).id : uuidText(words, at);
  }

  return {
    get texts() {
      return placeOfText.size;
    },
    get bytes() {
      return characters + placeOfText.size * textOverheadBytes;
    },
    find(id, key) {
      if (readUuid(id, key)) return true;
      const place = placeOfText.get(id);
      if (place !== undefined) setPlace(place, key);
      return place !== undefined;
    },
    hold(id, key) {
      if (readUuid(id, key)) return;
      const place = placeOfText.get(id) ?? addText(id);
      (texts[place] as Text).holders += 1;
      setPlace(place, key);
    },
    release(words, at) {
      if (!isPlace(words, at)) return;
      const text = textAt(words, at);
      text.holders -= 1;
      if (text.holders > 0) return;
      const place = words[at] as number;
      placeOfText.delete(text.id);
      texts[place] = null;
      freePlaces.push(place);
      characters -= text.id.length;
    },
    textOf,
    compare(one, oneAt, other, otherAt) {
      if (isPlace(one, oneAt) || isPlace(other, otherAt)) {
        const [a, b] = [textOf(one, oneAt), textOf(other, otherAt)];
        return a < b ? -1 : Number(a > b);
      }
      // Digits are ordered as their characters are, and the dashes stand where they stand.
      for (let i = 0; i < keyWords; i += 1) {
        const difference = (one[oneAt + i] as number) - (other[otherAt + i] as number);
        if (difference !== 0) return difference;
      }
      return 0;
    },
    clear() {
      placeOfText.clear();
      texts.length = 0;
      freePlaces.length = 0;
      characters = 0;
    },
  };
}

/** False, and nothing of use written, unless the id is a canonical UUID. */
function readUuid(id: string, key: Uint32Array): boolean {
  if (id.length !== uuidLength) return false;
  for (const place of dashes) if (id.charCodeAt(place) !== dash) return false;
  for (let i = 0; i < keyWords; i += 1) {
    let word = 0;
    for (const place of digitsOfWords[i] as readonly number[]) {
      const digit = digitOf(id.charCodeAt(place));
      if (digit < 0) return false;
      word = (word << 4) | digit;
    }
    key[i] = word;
  }
  const version = ((key[1] as number) >>> 12) & 15;
  const variant = (key[2] as number) >>> 30;
  return version >= 1 && version <= 8 && variant === 2;
}

function digitOf(character: number): number {
  if (character >= 48 && character <= 57) return character - 48;
  if (character >= 97 && character <= 102) return character - 87;
  return -1;
}

/** The text that is being written: one that is answered is a copy. */
const written = Buffer.alloc(uuidLength, dash);
const digits = Buffer.from("0123456789abcdef", "latin1");

/** Eight times as quick as joining the words' own texts; an answer for k persons has 2k ids. */
function uuidText(words: Uint32Array, at: number): string {
  for (let i = 0; i < keyWords; i += 1) {
    let word = words[at + i] as number;
    const places = digitsOfWords[i] as readonly number[];
    for (let digit = 7; digit >= 0; digit -= 1) {
      written[places[digit] as number] = digits[word & 15] as number;
      word >>>= 4;
    }
  }
  return written.toString("latin1");
}
