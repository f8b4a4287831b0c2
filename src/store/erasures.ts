import { type Kysely, type Selectable, sql } from "kysely";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import { deleteRows } from "./delete-rows.js";
import type { Erasure } from "./erasure-records.js";
import { requireLimit, requireListSize } from "./lists.js";
import { plainBytes } from "./person-rows.js";
import { erasureBodySchema, erasureSchema } from "./person-schemas.js";
import type { Store } from "./store.js";

type ErasureStore = Pick<Store, "erasePersons" | "discardPersons" | "getErasure" | "listErasures">;

/** Erasure, and the ledger that is kept of it for good. */
export function erasureTable({ db, writer }: Tables): ErasureStore {
  return {
    async erasePersons(erasures) {
      requireListSize("erasures", erasures);
      const whole = erasures.map((erasure) => checked("erasure", erasureSchema, erasure));
      const rowIds = [...new Set(whole.flatMap((erasure) => erasure.rowIds))];
      await writer.run(
        async (one) => {
          for (const erasure of whole) await keep(one, erasure);
          await deleteRows(one, rowIds, "erased");
        },
        { erases: true, weight: rowIds.length },
      );
    },

    async discardPersons(personIds) {
      requireListSize("person ids", personIds);
      await writer.run((one) => deleteRows(one, personIds, "discarded"), {
        erases: true,
        weight: personIds.length,
      });
    },

    async getErasure(personId) {
      const row = await db
        .selectFrom("erased_rows as r")
        .innerJoin("erasures as e", "e.seq", "r.erasure_seq")
        .selectAll("e")
        .where("r.row_id", "=", personId)
        .orderBy("r.erasure_seq", "desc")
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : readErasure(row);
    },

    async listErasures(afterSeq, limit) {
      requireLimit(limit);
      const rows = await db
        .selectFrom("erasures")
        .selectAll()
        .where("seq", ">", afterSeq)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ seq: row.seq, erasure: readErasure(row) }));
    },
  };
}

/** One that is on record stays as it was kept first: an erasure may be done again, not changed. */
async function keep(
  db: Kysely<Database>,
  { signature, publicKey, ...body }: Erasure,
): Promise<void> {
  const kept = await db
    .insertInto("erasures")
    .values({
      erasure_id: body.erasureId,
      body: JSON.stringify(body),
      signature,
      public_key: publicKey,
    })
    .onConflict((conflict) => conflict.column("erasure_id").doNothing())
    .executeTakeFirst();
  if (kept.numInsertedOrUpdatedRows !== 1n) return;
  const rowIds = JSON.stringify([...new Set(body.rowIds)]);
  await sql`
    INSERT INTO erased_rows SELECT value, ${kept.insertId} FROM json_each(${rowIds})
  `.execute(db);
}

/** @throws StoreError CORRUPT */
function readErasure(row: Selectable<Database["erasures"]>): Erasure {
  const body = fromBody(
    "erasure",
    erasureBodySchema,
    row.body,
    (erasure) => erasure.erasureId === row.erasure_id,
  );
  return {
    ...body,
    signature: plainBytes(row.signature),
    publicKey: plainBytes(row.public_key),
  };
}
