import type { Kysely } from "kysely";
import { notFound } from "../base/errors.js";
import type { Database } from "./database.js";
import { anyOf } from "./lists.js";
import { StoreError } from "./store-error.js";

/**
 * Makes these rows one person, within a write.
 *
 * @param rootId the person's own row, one of them
 */
export async function group(
  db: Kysely<Database>,
  rootId: string,
  rowIds: readonly string[],
): Promise<void> {
  const ids = anyOf(rowIds);
  await db
    .updateTable("persons")
    .set({ merged_into: rootId })
    .where("person_id", "in", ids)
    .where("person_id", "!=", rootId)
    .execute();
  await db
    .updateTable("persons")
    .set({ merged_into: null })
    .where("person_id", "=", rootId)
    .execute();
  await db
    .updateTable("memberships")
    .set(({ selectFrom }) => ({
      root_seq: selectFrom("persons").select("seq").where("person_id", "=", rootId).$asScalar(),
    }))
    .where("person_seq", "in", db.selectFrom("persons").select("seq").where("person_id", "in", ids))
    .execute();
}

/** Ids of the person that a row is of: its own row first, then its parts; empty for no row. */
export async function rowsOfPerson(
  db: Kysely<Database>,
  rowId: string,
): Promise<readonly string[]> {
  const row = await db
    .selectFrom("persons")
    .select("merged_into")
    .where("person_id", "=", rowId)
    .executeTakeFirst();
  if (row === undefined) return [];
  const rootId = row.merged_into ?? rowId;
  const parts = await db
    .selectFrom("persons")
    .select("person_id")
    .where("merged_into", "=", rootId)
    .orderBy("seq")
    .execute();
  return [rootId, ...parts.map((part) => part.person_id)];
}

/**
 * Checks, within a write, that rows are there and that they are persons with all their parts.
 *
 * @throws CordonError NOT_FOUND; StoreError RECORD_INVALID
 */
export async function requireWholePersons(
  db: Kysely<Database>,
  rowIds: readonly string[],
): Promise<void> {
  const wanted = new Set(rowIds);
  const rows = await db
    .selectFrom("persons")
    .select(["person_id", "merged_into"])
    .where("person_id", "in", anyOf(rowIds))
    .execute();
  const found = new Set(rows.map((row) => row.person_id));
  for (const rowId of wanted) if (!found.has(rowId)) throw notFound("person", rowId);
  const torn = rows.some(({ merged_into }) => merged_into !== null && !wanted.has(merged_into));
  if (torn) throw notWhole("They are part of a person who is not among them.");
  await requireNoPartLeft(db, rowIds);
}

/**
 * Checks, within a write, that no row outside of these is merged into one of them.
 *
 * @throws StoreError RECORD_INVALID
 */
export async function requireNoPartLeft(
  db: Kysely<Database>,
  rowIds: readonly string[],
): Promise<void> {
  const ids = anyOf(rowIds);
  const left = await db
    .selectFrom("persons")
    .select("person_id")
    .where("merged_into", "in", ids)
    .where("person_id", "not in", ids)
    .limit(1)
    .executeTakeFirst();
  if (left !== undefined)
    throw notWhole("A row that is merged into one of them is not among them.");
}

export function notWhole(why: string): StoreError {
  return new StoreError(
    "RECORD_INVALID",
    `These rows cannot be changed. ${why} Nothing was written.`,
  );
}
