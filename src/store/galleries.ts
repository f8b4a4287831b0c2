import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Gallery } from "./records.js";
import { gallerySchema } from "./schemas.js";
import type { Store } from "./store.js";

type GalleryStore = Pick<
  Store,
  "insertGallery" | "getGallery" | "listGalleries" | "deleteGallery" | "countByGallery"
>;

export function galleryTable({ db, writer }: Tables): GalleryStore {
  return {
    async insertGallery(gallery) {
      const body = toBody("gallery", gallerySchema, gallery);
      const result = await writer.run((one) =>
        one
          .insertInto("galleries")
          .values({ gallery_id: gallery.galleryId, body })
          .onConflict((conflict) => conflict.column("gallery_id").doNothing())
          .executeTakeFirst(),
      );
      return result.numInsertedOrUpdatedRows === 1n;
    },

    async getGallery(galleryId) {
      const row = await db
        .selectFrom("galleries")
        .selectAll()
        .where("gallery_id", "=", galleryId)
        .executeTakeFirst();
      return row === undefined ? null : readGallery(row);
    },

    async listGalleries(page) {
      const { after, limit } = startOfPage("galleries", 1, page);
      let query = db.selectFrom("galleries").selectAll().orderBy("gallery_id").limit(limit);
      if (after?.[0] !== undefined) query = query.where("gallery_id", ">", after[0]);
      const rows = await query.execute();
      return pageOf("galleries", page, rows.map(readGallery), (gallery) => [gallery.galleryId]);
    },

    deleteGallery(galleryId) {
      return writer.run(async (one) => {
        const member = await one
          .selectFrom("memberships")
          .select("person_id")
          .where("gallery_id", "=", galleryId)
          .limit(1)
          .executeTakeFirst();
        if (member !== undefined) return "not-empty";
        await one.deleteFrom("authorisations").where("gallery_id", "=", galleryId).execute();
        const result = await one
          .deleteFrom("galleries")
          .where("gallery_id", "=", galleryId)
          .executeTakeFirst();
        return result.numDeletedRows === 1n ? "deleted" : "absent";
      });
    },

    countByGallery: () => countByGallery(db),
  };
}

async function countByGallery(db: Tables["db"]): ReturnType<Store["countByGallery"]> {
  const persons = await db
    .selectFrom("galleries")
    .leftJoin("memberships", "memberships.gallery_id", "galleries.gallery_id")
    .select(["galleries.gallery_id", (select) => select.fn.count("person_id").as("count")])
    .groupBy("galleries.gallery_id")
    .execute();
  const templates = await db
    .selectFrom("memberships")
    .innerJoin("templates", "templates.person_id", "memberships.person_id")
    .select(["gallery_id", (select) => select.fn.countAll().as("count")])
    .groupBy("gallery_id")
    .execute();
  const templatesOf = new Map(templates.map((row) => [row.gallery_id, Number(row.count)]));
  return new Map(
    persons.map((row) => [
      row.gallery_id,
      { persons: Number(row.count), templates: templatesOf.get(row.gallery_id) ?? 0 },
    ]),
  );
}

function readGallery(row: { gallery_id: string; body: string }): Gallery {
  return fromBody(
    "gallery",
    gallerySchema,
    row.body,
    (gallery) => gallery.galleryId === row.gallery_id,
  );
}
