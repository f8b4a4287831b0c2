/** Bounds of what is printed: the rest is in dossier.json. */

/** Rows of one table. */
export const ROWS_SHOWN_MAX = 200;
/**
 * Characters of one document, about 250 pages; the first of anything is shown all the same. See
 * `printedLength` for what counts for more than one.
 */
export const SHEET_CHARACTERS_MAX = 300_000;
/** Characters for which a line counts, however short it is. */
const LINE_CHARACTERS = 40;
/** `〔U+1F600〕`: what a character is written out as that may be in no typeface. */
const WRITTEN_OUT_CHARACTERS = 9;
/** Names in one cell. */
export const NAMES_SHOWN_MAX = 20;

/** What a document may still hold. */
export interface Budget {
  characters: number;
}

export function newBudget(): Budget {
  return { characters: SHEET_CHARACTERS_MAX };
}

export interface Bounded<T> {
  readonly shown: readonly T[];
  /** Items left out at the end. */
  readonly rest: number;
}

/**
 * The first items, as far as the budget goes, which they are taken from.
 * @param textsOf what is printed of an item
 */
export function bounded<T>(
  items: readonly T[],
  budget: Budget,
  textsOf: (item: T) => readonly string[],
): Bounded<T> {
  let shown = 0;
  for (const item of items.slice(0, ROWS_SHOWN_MAX)) {
    const size = textsOf(item).reduce((sum, text) => sum + printedLength(text), 0);
    if (shown > 0 && size > budget.characters) break;
    budget.characters -= size;
    shown += 1;
  }
  return { shown: items.slice(0, shown), rest: items.length - shown };
}

const lineBreak = /\r\n?|[\n\u0085\u2028\u2029]/gu;
/** Beyond Latin, punctuation, and Chinese in its first plane. */
const uncommon =
  /[^\s\u0020-\u024f\u2010-\u2027\u2030-\u205e\u2100-\u27bf\u3000-\u9fff\uff00-\uffef]/gu;

/** Characters of a text as it takes room in print. */
export function printedLength(text: string): number {
  const lines = text.match(lineBreak)?.length ?? 0;
  const others = text.match(uncommon)?.length ?? 0;
  return text.length + lines * LINE_CHARACTERS + others * WRITTEN_OUT_CHARACTERS;
}
