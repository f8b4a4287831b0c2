import type { Kysely } from "kysely";
import { fromBody, toBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import type { ComplianceRecords, RecordKind } from "./gate-records.js";
import { pageOf, startOfPage } from "./page.js";
import { noticeKeyPrefix, recordKeys } from "./record-key.js";
import { recordSchemas } from "./record-schemas.js";
import { requireRow } from "./references.js";
import type { Store } from "./store.js";

type RecordStore = Pick<
  Store,
  "putRecord" | "getRecord" | "listRecords" | "deleteRecord" | "getNewestNotice"
>;

/** Notices, impact assessments and the like: all in one table, by kind and key. */
export function complianceRecordTable({ db, writer }: Tables): RecordStore {
  return {
    async putRecord(kind, record) {
      const body = toBody(kind, recordSchemas[kind], record);
      const key = recordKeys[kind].key(record);
      const zoneIds = [...new Set(recordKeys[kind].zoneIds(record))];
      await writer.run((one) => putRecord(one, { kind, key, body }, zoneIds));
    },

    async getRecord(kind, key) {
      const row = await db
        .selectFrom("records")
        .select(["key", "body"])
        .where("kind", "=", kind)
        .where("key", "=", key)
        .executeTakeFirst();
      return row === undefined ? null : readRecord(kind, row);
    },

    async listRecords(kind, zoneId, page) {
      const listing = `${kind}/${zoneId ?? ""}`;
      const { after, limit } = startOfPage(listing, 1, page);
      let query = db
        .selectFrom("records as r")
        .select(["r.key", "r.body"])
        .where("r.kind", "=", kind)
        .orderBy("r.key")
        .limit(limit);
      if (after?.[0] !== undefined) query = query.where("r.key", ">", after[0]);
      if (zoneId !== null) {
        query = query.where(
          "r.key",
          "in",
          db
            .selectFrom("record_zones as z")
            .select("z.key")
            .where("z.kind", "=", kind)
            .where((or) => or.or([or("z.zone_id", "=", zoneId), or("z.zone_id", "is", null)])),
        );
      }
      const rows = await query.execute();
      const records = rows.map((row) => readRecord(kind, row));
      return pageOf(listing, page, records, (record) => [recordKeys[kind].key(record)]);
    },

    async deleteRecord(kind, key) {
      const result = await writer.run((one) =>
        one
          .deleteFrom("records")
          .where("kind", "=", kind)
          .where("key", "=", key)
          .executeTakeFirst(),
      );
      return result.numDeletedRows === 1n;
    },

    async getNewestNotice(noticeId) {
      const prefix = noticeKeyPrefix(noticeId);
      const row = await db
        .selectFrom("records")
        .select(["key", "body"])
        .where("kind", "=", "notice")
        .where("key", ">=", prefix)
        .orderBy("key")
        .limit(1)
        .executeTakeFirst();
      return row?.key.startsWith(prefix) ? readRecord("notice", row) : null;
    },
  };
}

async function putRecord(
  db: Kysely<Database>,
  row: { kind: string; key: string; body: string },
  zoneIds: readonly string[],
): Promise<void> {
  const { kind, key, body } = row;
  for (const zoneId of zoneIds) await requireRow(db, "zone", zoneId);
  await db
    .insertInto("records")
    .values(row)
    .onConflict((conflict) => conflict.columns(["kind", "key"]).doUpdateSet({ body }))
    .execute();
  await db.deleteFrom("record_zones").where("kind", "=", kind).where("key", "=", key).execute();
  const concerned = zoneIds.length === 0 ? [null] : zoneIds;
  const rows = concerned.map((zoneId) => ({ kind, key, zone_id: zoneId }));
  await db.insertInto("record_zones").values(rows).execute();
}

function readRecord<Kind extends RecordKind>(
  kind: Kind,
  row: { key: string; body: string },
): ComplianceRecords[Kind] {
  return fromBody<ComplianceRecords[Kind]>(
    kind,
    recordSchemas[kind],
    row.body,
    (record) => recordKeys[kind].key(record) === row.key,
  );
}
