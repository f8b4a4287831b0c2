import type { Insertable, Kysely } from "kysely";
import { CordonError, notFound } from "../base/errors.js";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import { anyOf } from "./lists.js";
import { pageOf, startOfPage } from "./page.js";
import { group, rowsOfPerson } from "./person-groups.js";
import { mergeSchema } from "./person-schemas.js";
import type { Merge } from "./records.js";
import type { Page, PageRequest, Store } from "./store.js";

type MergeStore = Pick<
  Store,
  "putMerge" | "undoMerge" | "promotePart" | "getMerge" | "listMerges"
>;

/** Decisions that rows are of one person, and what follows for the rows. */
export function mergeTable({ db, writer }: Tables): MergeStore {
  return {
    async putMerge(merge) {
      const whole = checked("merge", mergeSchema, merge);
      await writer.run((one) => putMerge(one, whole));
    },
    undoMerge: (mergeId, undoneAtMs) => writer.run((one) => undoMerge(one, mergeId, undoneAtMs)),
    promotePart: (personId, partId) => writer.run((one) => promotePart(one, personId, partId)),
    getMerge: (mergeId) => readMerge(db, mergeId),
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
  const [rootId, ...parts] = await rowsOfPerson(db, merge.personId);
  if (rootId === undefined) throw notFound("person", merge.personId);
  if (rootId !== merge.personId) throw notWhole("into a row that is merged itself");
  await requireWholePersons(db, merge);
  const result = await db
    .insertInto("merges")
    .values(mergeRow(merge))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) {
    throw new CordonError({
      status: "ALREADY_EXISTS",
      reason: "ALREADY_EXISTS",
      message: `There is a merge "${merge.mergeId}" already. Nothing was written.`,
      metadata: { resource: `merge/${merge.mergeId}` },
    });
  }
  const parties = partiesOf(merge).map((personId) => ({
    person_id: personId,
    merge_id: merge.mergeId,
  }));
  await db.insertInto("merge_parties").values(parties).execute();
  await group(db, rootId, [rootId, ...parts, ...merge.movedIds]);
}
