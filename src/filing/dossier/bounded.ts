/** Bounds of what is printed: the rest is in dossier.json. */

/** Rows of one table. */
export const ROWS_SHOWN_MAX = 200;
/** Characters of one document, about 250 pages; the first of anything is shown all the same. */
export const SHEET_CHARACTERS_MAX = 300_000;
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
    const size = textsOf(item).reduce((sum, text) => sum + text.length, 0);
    if (shown > 0 && size > budget.characters) break;
    budget.characters -= size;
    shown += 1;
  }
  return { shown: items.slice(0, shown), rest: items.length - shown };
}
