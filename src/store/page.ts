import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { invalidField } from "../base/errors.js";
import type { Page, PageRequest } from "./store.js";

/** Rows of one page at most. */
export const pageSizeMax = 1_000;
/** Characters of a page token at most. */
export const pageTokenLengthMax = 1_024;

/** Where a page starts: after the row with these key columns; null for the first page. */
export interface PageStart {
  readonly after: readonly string[] | null;
  /** Rows to ask for: one more than the page holds, to see whether there is a next one. */
  readonly limit: number;
}

const tokenSchema = z.tuple([z.string(), z.array(z.string()).min(1).max(2)]);

/**
 * Reads a page request. A token is base64url of the listing's name and the last key: opaque to
 * callers, and of no use for another listing or filter (AIP-158).
 *
 * @param listing name of the listing with its filter, for example `cameras/gate-4`
 * @param keyColumns how many columns the key has
 * @throws CordonError INVALID_ARGUMENT on `page_size` or `page_token`
 */
export function startOfPage(listing: string, keyColumns: number, page: PageRequest): PageStart {
  if (!Number.isInteger(page.size) || page.size < 1 || page.size > pageSizeMax) {
    throw invalidField("page_size", `Must be 1 to ${pageSizeMax}.`);
  }
  if (page.token === "") return { after: null, limit: page.size + 1 };
  const token = page.token.length > pageTokenLengthMax ? null : readToken(page.token);
  if (token === null || token[0] !== listing || token[1].length !== keyColumns) {
    throw invalidField(
      "page_token",
      "Is not a token of this listing. Send next_page_token of the page before, with the same " +
        "filter, or nothing for the first page.",
    );
  }
  return { after: token[1], limit: page.size + 1 };
}

/**
 * Makes a page of the rows that were found.
 *
 * @param rows at most `page.size + 1`, ordered by key
 * @param keyOf the key columns of a row
 */
export function pageOf<Row>(
  listing: string,
  page: PageRequest,
  rows: readonly Row[],
  keyOf: (row: Row) => readonly string[],
): Page<Row> {
  const last = rows.length > page.size ? rows[page.size - 1] : undefined;
  if (last === undefined) return { items: rows, nextPageToken: "" };
  const text = JSON.stringify([listing, keyOf(last)]);
  return {
    items: rows.slice(0, page.size),
    nextPageToken: Buffer.from(text, "utf8").toString("base64url"),
  };
}

/** A number of a key: that of a token is text, which a caller may have made up. */
export function numberOf(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isSafeInteger(value) ? value : 0;
}

/** Where a page of a listing by time, then id, begins: after the row with these. */
export function laterThan(
  time: string,
  id: string,
  [afterTime, afterId]: readonly string[],
): RawBuilder<boolean> {
  return sql`(${sql.ref(time)}, ${sql.ref(id)}) > (${numberOf(afterTime)}, ${afterId})`;
}

function readToken(token: string): z.infer<typeof tokenSchema> | null {
  const bytes = Buffer.from(token, "base64url");
  // Node skips what is not base64url; a token is only what was given out, to the letter.
  if (bytes.toString("base64url") !== token) return null;
  try {
    const read = tokenSchema.safeParse(JSON.parse(bytes.toString("utf8")));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
