import type { Kysely } from "kysely";
import type { Database } from "./database.js";
import { anyOf } from "./lists.js";

/**
 * Makes these rows one person, within a write.
 *
 * @param rootId the person's own row, one of them
 * @returns how many of them are there
 */
export async function group(
  db: Kysely<Database>,
  rootId: string,
  rowIds: readonly string[],
): Promise<number> {
  const ids = anyOf(rowIds);
  const parts = await db
    .updateTable("persons")
    .set({ merged_into: rootId })
    .where("person_id", "in", ids)
    .where("person_id", "!=", rootId)
    .executeTakeFirst();
  const root = await db
    .updateTable("persons")
    .set({ merged_into: null })
    .where("person_id", "=", rootId)
    .executeTakeFirst();
  await db
    .updateTable("memberships")
    .set({ root_id: rootId })
    .where("person_id", "in", ids)
    .execute();
  return Number(parts.numUpdatedRows + root.numUpdatedRows);
}

/** The person that a row is of: its own row first, then the others; empty when there is none. */
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
    .orderBy("rowid" as never)
    .execute();
  return [rootId, ...parts.map((part) => part.person_id)];
}
