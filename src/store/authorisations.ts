import { checked } from "./body.js";
import type { Tables } from "./database.js";
import type { Purpose } from "./records.js";
import { requireRow } from "./references.js";
import { authorisationSchema } from "./schemas.js";
import type { Store } from "./store.js";

type AuthorisationStore = Pick<
  Store,
  "putAuthorisation" | "deleteAuthorisation" | "listAuthorisations"
>;

export function authorisationTable({ db, writer }: Tables): AuthorisationStore {
  return {
    async putAuthorisation(authorisation) {
      const it = checked("authorisation", authorisationSchema, authorisation);
      const time = { authorised_at_ms: it.authorisedAtMs };
      await writer.run(async (one) => {
        await requireRow(one, "gallery", it.galleryId);
        await requireRow(one, "zone", it.zoneId);
        await one
          .insertInto("authorisations")
          .values({ gallery_id: it.galleryId, zone_id: it.zoneId, purpose: it.purpose, ...time })
          .onConflict((conflict) =>
            conflict.columns(["gallery_id", "zone_id", "purpose"]).doUpdateSet(time),
          )
          .execute();
      });
    },

    async deleteAuthorisation(galleryId, zoneId, purpose) {
      const result = await writer.run((one) =>
        one
          .deleteFrom("authorisations")
          .where("gallery_id", "=", galleryId)
          .where("zone_id", "=", zoneId)
          .where("purpose", "=", purpose)
          .executeTakeFirst(),
      );
      return result.numDeletedRows === 1n;
    },

    async listAuthorisations() {
      const rows = await db
        .selectFrom("authorisations")
        .selectAll()
        .orderBy("gallery_id")
        .orderBy("zone_id")
        .orderBy("purpose")
        .execute();
      return rows.map((row) =>
        checked("authorisation", authorisationSchema, {
          galleryId: row.gallery_id,
          zoneId: row.zone_id,
          purpose: row.purpose as Purpose,
          authorisedAtMs: row.authorised_at_ms,
        }),
      );
    },
  };
}
