import type { PendingRecord } from "./audit-records.js";
import { checked, fromBody } from "./body.js";
import type { Tables } from "./database.js";
import { type PackedZone, packZone, unpackZone } from "./packed-zone.js";
import { pageOf, startOfPage } from "./page.js";
import { plainBytes } from "./person-rows.js";
import { zoneBodySchema } from "./schemas.js";
import type { Page, PageRequest, RecordChanges, Store } from "./store.js";

/** The calls for zones with their polygons packed, as they are stored and cross between threads. */
export interface PackedZoneStore {
  insertZone(zone: PackedZone): Promise<boolean>;
  updateZone(zone: PackedZone): Promise<boolean>;
  getZone(zoneId: string): Promise<PackedZone | null>;
  listZones(page: PageRequest): Promise<Page<PackedZone>>;
}
type ZoneStore = Pick<Store, keyof PackedZoneStore>;

type PackedZoneChanges = Pick<PackedZoneStore, "insertZone" | "updateZone">;
type ZoneChanges = Pick<ZoneStore, keyof PackedZoneChanges>;

/** Changes, but for those of zones, which are packed. */
export type PackedChanges = Omit<RecordChanges, keyof PackedZoneChanges> & PackedZoneChanges;

/** A store, but for its zones, which are packed. */
export type PackedStore = Omit<Store, keyof PackedZoneStore | "changing"> &
  PackedZoneStore & { changing(pending: PendingRecord): PackedChanges };

/** Packs zones on their way into a store, and unpacks them on their way out. */
export function unpackingZones(
  store: PackedZoneStore & Pick<PackedStore, "changing">,
): ZoneStore & Pick<Store, "changing"> {
  return {
    ...packingZones(store),
    async getZone(zoneId) {
      const zone = await store.getZone(zoneId);
      return zone === null ? null : unpackZone(zone);
    },
    async listZones(page) {
      const { items, nextPageToken } = await store.listZones(page);
      return { items: items.map(unpackZone), nextPageToken };
    },
    changing(pending) {
      const changes = store.changing(pending);
      return { ...changes, ...packingZones(changes) };
    },
  };
}

function packingZones(store: PackedZoneChanges): ZoneChanges {
  return {
    insertZone: async (zone) => store.insertZone(packZone(zone)),
    updateZone: async (zone) => store.updateZone(packZone(zone)),
  };
}

export function packedZoneTable({ db, writer }: Tables): PackedZoneStore {
  return {
    async insertZone(zone) {
      const row = { zone_id: zone.zoneId, ...columnsOf(zone) };
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
      const columns = columnsOf(zone);
      const result = await writer.run((one) =>
        one.updateTable("zones").set(columns).where("zone_id", "=", zone.zoneId).executeTakeFirst(),
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

function columnsOf({ geometry, ...zone }: PackedZone): { body: string; geometry: Uint8Array } {
  return { body: JSON.stringify(checked("zone", zoneBodySchema, zone)), geometry };
}

function readZone(row: { zone_id: string; body: string; geometry: Uint8Array }): PackedZone {
  const body = fromBody("zone", zoneBodySchema, row.body, (zone) => zone.zoneId === row.zone_id);
  return { ...body, geometry: plainBytes(row.geometry) };
}
