import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Zone } from "./records.js";
import { zoneSchema } from "./schemas.js";
import type { Store } from "./store.js";

type ZoneStore = Pick<Store, "insertZone" | "updateZone" | "getZone" | "listZones">;

export function zoneTable({ db, writer }: Tables): ZoneStore {
  return {
    async insertZone(zone) {
      const row = { zone_id: zone.zoneId, body: toBody("zone", zoneSchema, zone) };
      const result = await writer.run((one) =>
        one
          .insertInto("zones")
          .values(row)
          .onConflict((conflict) => conflict.column("zone_id").doNothing())
          .executeTakeFirst(),
      );
      return result.numInsertedOrUpdatedRows === 1n;
    },

    async updateZone(zone) {
      const body = toBody("zone", zoneSchema, zone);
      const result = await writer.run((one) =>
        one
          .updateTable("zones")
          .set({ body })
          .where("zone_id", "=", zone.zoneId)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows === 1n;
    },

    async getZone(zoneId) {
      const row = await db
        .selectFrom("zones")
        .selectAll()
        .where("zone_id", "=", zoneId)
        .executeTakeFirst();
      return row === undefined ? null : readZone(row);
    },

    async listZones(page) {
      const { after, limit } = startOfPage("zones", 1, page);
      let query = db.selectFrom("zones").selectAll().orderBy("zone_id").limit(limit);
      if (after?.[0] !== undefined) query = query.where("zone_id", ">", after[0]);
      const rows = await query.execute();
      return pageOf("zones", page, rows.map(readZone), (zone) => [zone.zoneId]);
    },
  };
}

function readZone(row: { zone_id: string; body: string }): Zone {
  return fromBody("zone", zoneSchema, row.body, (zone) => zone.zoneId === row.zone_id);
}
