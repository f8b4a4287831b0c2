/** A dossier as paper: what every format prints. Texts are plain, and may hold anything typed. */

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  /** Paragraphs, one for each line. */
  | { readonly kind: "text"; readonly text: string; readonly tone: "body" | "note" }
  /** Labels and values. */
  | { readonly kind: "facts"; readonly rows: readonly (readonly [string, string])[] }
  /** The columns' titles are repeated on each page. */
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Where it is signed and sealed, on the right; on one page with what is signed to. */
  | { readonly kind: "signature"; readonly statement: string; readonly lines: readonly string[] };

export interface Column {
  readonly title: string;
  /** Of the width, beside those of the other columns. */
  readonly share: number;
}

/** One document, printed by itself. */
export interface Sheet {
  /** Without an ending; characters that every file system takes. */
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  readonly landscape: boolean;
  readonly blocks: readonly Block[];
}

export interface Paper {
  /** Of the whole set. */
  readonly title: string;
  /** At the top of every page. */
  readonly header: string;
  /** At the top of every page, so that nobody hands it in; null for a complete dossier. */
  readonly warning: string | null;
  /** At the foot of every page, before its number. */
  readonly footer: string;
  /** Around the page's number and the number of pages: "第 ", " 页 共 ", " 页". */
  readonly pageNumber: readonly [string, string, string];
  readonly sheets: readonly Sheet[];
  /** ms since the epoch. */
  readonly madeAtMs: number;
}

export function heading(text: string): Block {
  return { kind: "heading", text };
}

export function body(text: string): Block {
  return { kind: "text", text, tone: "body" };
}

export function note(text: string): Block {
  return { kind: "text", text, tone: "note" };
}

export function facts(rows: readonly (readonly [string, string])[]): Block {
  return { kind: "facts", rows };
}

/** @param columns titles with their shares of the width */
export function table(
  columns: readonly (readonly [string, number])[],
  rows: readonly (readonly string[])[],
): Block {
  return { kind: "table", columns: columns.map(([title, share]) => ({ title, share })), rows };
}
