import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Sign } from "./records.js";
import { requireRow } from "./references.js";
import { signSchema } from "./schemas.js";
import type { Store } from "./store.js";

type SignStore = Pick<Store, "putSign" | "getSign" | "listSigns" | "deleteSign">;

export function signTable({ db, writer }: Tables): SignStore {
  return {
    async putSign(sign) {
      const body = toBody("sign", signSchema, sign);
      await writer.run(async (one) => {
        await requireRow(one, "zone", sign.zoneId);
        await one
          .insertInto("signs")
          .values({ zone_id: sign.zoneId, sign_id: sign.signId, body })
          .onConflict((conflict) => conflict.columns(["zone_id", "sign_id"]).doUpdateSet({ body }))
          .execute();
      });
    },

    async getSign(zoneId, signId) {
      const row = await db
        .selectFrom("signs")
        .selectAll()
        .where("zone_id", "=", zoneId)
        .where("sign_id", "=", signId)
        .executeTakeFirst();
      return row === undefined ? null : readSign(row);
    },

    async listSigns(zoneId, page) {
      const listing = `signs/${zoneId ?? ""}`;
      const { after, limit } = startOfPage(listing, 2, page);
      let query = db.selectFrom("signs").selectAll().orderBy("zone_id").orderBy("sign_id");
      if (zoneId !== null) query = query.where("zone_id", "=", zoneId);
      const [zone, sign] = after ?? [];
      if (zone !== undefined && sign !== undefined) {
        query = query.where((where) =>
          where(where.refTuple("zone_id", "sign_id"), ">", where.tuple(zone, sign)),
        );
      }
      const rows = await query.limit(limit).execute();
      return pageOf(listing, page, rows.map(readSign), (row) => [row.zoneId, row.signId]);
    },

    async deleteSign(zoneId, signId) {
      const result = await writer.run((one) =>
        one
          .deleteFrom("signs")
          .where("zone_id", "=", zoneId)
          .where("sign_id", "=", signId)
          .executeTakeFirst(),
      );
      return result.numDeletedRows === 1n;
    },
  };
}

function readSign(row: { zone_id: string; sign_id: string; body: string }): Sign {
  return fromBody(
    "sign",
    signSchema,
    row.body,
    (sign) => sign.zoneId === row.zone_id && sign.signId === row.sign_id,
  );
}
