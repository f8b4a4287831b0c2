import { type Insertable, type Kysely, sql } from "kysely";
import { alreadyExists } from "./already-exists.js";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import type { Merge } from "./decision-records.js";
import { anyOf } from "./lists.js";
import { mergesLeft } from "./merges-left.js";
import { laterThan, pageOf, startOfPage } from "./page.js";
import { group, notWhole, requireWholePersons, rowsOfPerson } from "./person-groups.js";
import { mergeSchema } from "./person-schemas.js";
import type { Page, PageRequest, Store } from "./store.js";

type MergeStore = Pick<Store, "putMerge" | "undoMerge" | "promotePart" | "getMerge" | "listMerges">;

/** Decisions that rows are of one person, and what follows for the rows. */
export function mergeTable({ db, writer }: Tables): MergeStore {
  return {
    async putMerge(merge) {
      const whole = checked("merge", mergeSchema, merge);
      await writer.run((one) => putMerge(one, whole));
    },
    undoMerge: (mergeId, undoneAtMs) => writer.run((one) => undoMerge(one, mergeId, undoneAtMs)),
    promotePart: (personId, partId) => writer.run((one) => promotePart(one, personId, partId)),
    getMerge: (mergeId) => getMerge(db, mergeId),
    listMerges: (personId, page) => listMerges(db, personId, page),
  };
}

export function mergeRow(merge: Merge): Insertable<Database["merges"]> {
  return {
    merge_id: merge.mergeId,
    merged_at_ms: merge.mergedAtMs,
    body: JSON.stringify(merge),
  };
}

/** Every row that a merge names or moved, each once. */
export function partiesOf(merge: Merge): readonly string[] {
  return [...new Set([merge.personId, merge.duplicatePersonId, ...merge.movedIds])];
}

async function putMerge(db: Kysely<Database>, merge: Merge): Promise<void> {
  await requireWholePersons(db, merge.movedIds);
  const rows = await rowsOfPerson(db, merge.personId);
  if (rows[0] !== merge.personId) throw notWhole("The one they would be merged into is no person.");
  const result = await db
    .insertInto("merges")
    .values(mergeRow(merge))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) throw alreadyExists("merge", merge.mergeId);
  await nameParties(db, merge);
  await group(db, merge.personId, [...rows, ...merge.movedIds]);
}

/**
 * Parts what the merge has moved from the rest, as far as both are still one person: a merge
 * before or after this one may have been undone, or its rows erased.
 */
async function undoMerge(
  db: Kysely<Database>,
  mergeId: string,
  undoneAtMs: number,
): Promise<Merge | null> {
  const merge = await getMerge(db, mergeId);
  if (merge === null || merge.undoneAtMs !== null) return merge;
  const undone = checked("merge", mergeSchema, { ...merge, undoneAtMs });
  const rows = await rowsOfPerson(db, merge.personId);
  const moved = rows.filter((rowId) => merge.movedIds.includes(rowId));
  const others = rows.filter((rowId) => !merge.movedIds.includes(rowId));
  if (moved.length > 0 && others.length > 0) {
    const { personId, duplicatePersonId } = merge;
    await group(db, headOf(moved, [duplicatePersonId]), moved);
    await group(db, headOf(others, [rows[0] ?? personId, personId]), others);
  }
  await db
    .updateTable("merges")
    .set({ body: JSON.stringify(undone) })
    .where("merge_id", "=", mergeId)
    .execute();
  return undone;
}

/** The own row of one side: the first of the candidates that is there, else the oldest. */
function headOf(side: readonly string[], candidates: readonly string[]): string {
  return candidates.find((id) => side.includes(id)) ?? side[0] ?? "";
}

async function promotePart(
  db: Kysely<Database>,
  personId: string,
  partId: string,
): Promise<boolean> {
  const rows = await rowsOfPerson(db, personId);
  if (rows[0] !== personId || partId === personId || !rows.includes(partId)) return false;
  await group(db, partId, rows);
  return true;
}

async function getMerge(db: Kysely<Database>, mergeId: string): Promise<Merge | null> {
  const row = await db
    .selectFrom("merges")
    .selectAll()
    .where("merge_id", "=", mergeId)
    .executeTakeFirst();
  return row === undefined ? null : readMerge(row);
}

async function listMerges(
  db: Kysely<Database>,
  personId: string | null,
  page: PageRequest,
): Promise<Page<Merge>> {
  const listing = `merges/${personId ?? ""}`;
  const { after, limit } = startOfPage(listing, 2, page);
  let query = db
    .selectFrom("merges")
    .selectAll()
    .orderBy("merged_at_ms")
    .orderBy("merge_id")
    .limit(limit);
  if (after !== null) query = query.where(laterThan("merged_at_ms", "merge_id", after));
  if (personId !== null) {
    const named = db
      .selectFrom("merge_parties")
      .select("merge_id")
      .where("person_id", "=", personId);
    query = query.where("merge_id", "in", named);
  }
  const rows = await query.execute();
  const merges = rows.map(readMerge);
  return pageOf(listing, page, merges, (merge) => [String(merge.mergedAtMs), merge.mergeId]);
}

/** Takes rows that are being deleted, and are still there, out of the merges. */
export async function forgetInMerges(
  db: Kysely<Database>,
  rowIds: readonly string[],
): Promise<void> {
  const concerned = db
    .selectFrom("merge_parties")
    .select("merge_id")
    .where("person_id", "in", anyOf(rowIds));
  const rows = await db
    .selectFrom("merges")
    .selectAll()
    .where("merge_id", "in", concerned)
    .orderBy("merged_at_ms")
    .orderBy(sql`rowid`)
    .execute();
  if (rows.length === 0) return;
  const left = mergesLeft(rows.map(readMerge), rowIds, await ownRowsOf(db, rowIds));
  const stays = new Set(left.map(({ mergeId }) => mergeId));
  const ended = rows.map((row) => row.merge_id).filter((mergeId) => !stays.has(mergeId));
  await db.deleteFrom("merges").where("merge_id", "in", anyOf(ended)).execute();
  for (const merge of left) {
    const { body } = mergeRow(checked("merge", mergeSchema, merge));
    await db.updateTable("merges").set({ body }).where("merge_id", "=", merge.mergeId).execute();
    await nameParties(db, merge);
  }
  await db.deleteFrom("merge_parties").where("person_id", "in", anyOf(rowIds)).execute();
}

async function ownRowsOf(
  db: Kysely<Database>,
  rowIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("persons")
    .select(["person_id", "merged_into"])
    .where("person_id", "in", anyOf(rowIds))
    .execute();
  return new Map(rows.map((row) => [row.person_id, row.merged_into ?? row.person_id]));
}

/** So that the merge is listed with each row that it is about. */
async function nameParties(db: Kysely<Database>, merge: Merge): Promise<void> {
  const parties = JSON.stringify(partiesOf(merge));
  await sql`
    INSERT OR IGNORE INTO merge_parties SELECT value, ${merge.mergeId} FROM json_each(${parties})
  `.execute(db);
}

function readMerge(row: { merge_id: string; body: string }): Merge {
  return fromBody("merge", mergeSchema, row.body, (merge) => merge.mergeId === row.merge_id);
}
