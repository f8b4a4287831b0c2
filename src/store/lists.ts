import { type RawBuilder, sql } from "kysely";

/** Ids that one call may give, and rows that it may ask for, at most. */
export const listSizeMax = 10_000;

/** @throws RangeError */
export function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= listSizeMax) return;
  throw new RangeError(`A limit must be 1 to ${listSizeMax}.`);
}

/** @throws RangeError */
export function requireListSize(what: string, list: readonly unknown[]): void {
  if (list.length <= listSizeMax) return;
  throw new RangeError(`${list.length} ${what} are too many for one call: at most ${listSizeMax}.`);
}

/** Any of these, for `in`: one parameter, so that the query's text is always the same. */
export function anyOf<Value extends string | number>(values: readonly Value[]): RawBuilder<Value> {
  return sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/** Any of these bytes, for `in`. */
export function anyBytesOf(values: readonly Uint8Array[]): RawBuilder<Uint8Array> {
  const hex = JSON.stringify(values.map((value) => Buffer.from(value).toString("hex")));
  return sql`(SELECT unhex(value) FROM json_each(${hex}))`;
}
