import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { PendingRecord } from "./audit-records.js";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import { anyOf, requireLimit, requireListSize } from "./lists.js";
import { id, timeMs } from "./schemas.js";
import type { Store } from "./store.js";
import type { Writer } from "./writer.js";

const name = z.string().max(1_024);
const pendingSchema: z.ZodType<PendingRecord> = z.object({
  changeId: id,
  changedAtMs: timeMs,
  act: z.string().min(1).max(128),
  actor: z.object({ name, role: name, address: name }),
  details: z.record(z.string(), z.json()),
});

/** Changes of which nobody has said yet that they are on record. */
export function pendingRecordTable({
  db,
  writer,
}: Tables): Pick<Store, "listPendingRecords" | "deletePendingRecords"> {
  return {
    async listPendingRecords(limit) {
      requireLimit(limit);
      const rows = await db
        .selectFrom("pending_records")
        .selectAll()
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map(readPending);
    },

    async deletePendingRecords(changeIds) {
      requireListSize("change ids", changeIds);
      await writer.run((one) =>
        one.deleteFrom("pending_records").where("change_id", "in", anyOf(changeIds)).execute(),
      );
    },
  };
}

/**
 * The same writer, for one change: what is written with it is kept together with what the audit
 * is to say. Where nothing was written, nothing is kept. A run rejects with StoreError
 * RECORD_INVALID when that is not fit to be stored.
 */
export function writingWith(
  writer: Writer<Database>,
  pending: PendingRecord,
): Pick<Writer<Database>, "run"> {
  return {
    async run(work, options) {
      const whole = checked("record of a change", pendingSchema, pending);
      return writer.run(async (one) => {
        const before = await rowsWritten(one);
        const value = await work(one);
        if ((await rowsWritten(one)) > before) {
          const body = JSON.stringify(whole);
          await one
            .insertInto("pending_records")
            .values({ change_id: whole.changeId, body })
            .execute();
        }
        return value;
      }, options);
    },
  };
}

/** By this connection, since it was opened. */
async function rowsWritten(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT total_changes() AS count`.execute(db);
  return rows[0]?.count ?? 0;
}

function readPending(row: { change_id: string; body: string }): PendingRecord {
  return fromBody(
    "record of a change",
    pendingSchema,
    row.body,
    ({ changeId }) => changeId === row.change_id,
  );
}
