import type { Kysely } from "kysely";
import type { Database } from "./database.js";
import { anyBytesOf, anyOf } from "./lists.js";
import { forgetInMerges } from "./merges.js";
import { requireNoPartLeft } from "./person-groups.js";
import { requestDigest } from "./requests.js";
import { forgetInReviews } from "./reviews.js";

/**
 * Deletes rows with all that belongs to them, within a write that erases. Rows that are not there
 * are left out.
 *
 * @param as "erased": their request keys stay used; "discarded": they are free again
 * @throws StoreError RECORD_INVALID when a row that is merged into one of them would be left
 */
export async function deleteRows(
  db: Kysely<Database>,
  rowIds: readonly string[],
  as: "erased" | "discarded",
): Promise<void> {
  await requireNoPartLeft(db, rowIds);
  const ids = anyOf(rowIds);
  const rows = await db
    .selectFrom("persons")
    .select(["seq", "request_key"])
    .where("person_id", "in", ids)
    .execute();
  await forgetRequests(
    db,
    rows.flatMap(({ request_key: key }) => (key === null ? [] : [key])),
    as,
  );
  await forgetInMerges(db, rowIds);
  await forgetInReviews(db, rowIds);
  await db
    .deleteFrom("distinct_pairs")
    .where((or) => or.or([or("lesser_id", "in", ids), or("greater_id", "in", ids)]))
    .execute();
  const seqs = anyOf(rows.map((row) => row.seq));
  await db.deleteFrom("memberships").where("person_seq", "in", seqs).execute();
  await db.deleteFrom("templates").where("person_seq", "in", seqs).execute();
  await db.deleteFrom("persons").where("seq", "in", seqs).execute();
}

async function forgetRequests(
  db: Kysely<Database>,
  requestKeys: readonly Uint8Array[],
  as: "erased" | "discarded",
): Promise<void> {
  if (requestKeys.length === 0) return;
  const used = anyBytesOf(requestKeys.map(requestDigest));
  if (as === "discarded") await db.deleteFrom("requests").where("digest", "in", used).execute();
  else await db.updateTable("requests").set({ erased: 1 }).where("digest", "in", used).execute();
}
