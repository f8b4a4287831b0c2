import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { Gallery } from "./records.js";
import { gallerySchema } from "./schemas.js";
import type { Store } from "./store.js";

type GalleryStore = Pick<
  Store,
  | "insertGallery"
  | "getGallery"
  | "listGalleries"
  | "deleteGallery"
  | "countGalleries"
  | "countByGallery"
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
          .select("person_seq")
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

    async countGalleries() {
      const row = await db
        .selectFrom("galleries")
        .select((select) => select.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    countByGallery: () => countByGallery(db),
  };
}

function countByGallery(db: Tables["db"]): ReturnType<Store["countByGallery"]> {
  return db.connection().execute(async (one) => {
    const galleries = await one.selectFrom("galleries").select("gallery_id").execute();
    // First by person, then by gallery: both in the order of the memberships' own key.
    const persons = one
      .selectFrom("memberships")
      .select(["gallery_id", "root_seq", (select) => select.fn.sum("templates").as("templates")])
      .groupBy(["gallery_id", "root_seq"]);
    const rows = await one
      .selectFrom(persons.as("p"))
      .select(({ fn }) => [
        "gallery_id",
        fn.countAll().as("persons"),
        fn.sum("templates").as("templates"),
      ])
      .groupBy("gallery_id")
      .execute();
    const counts = new Map(galleries.map((row) => [row.gallery_id, { persons: 0, templates: 0 }]));
    for (const { gallery_id, persons, templates } of rows) {
      counts.set(gallery_id, { persons: Number(persons), templates: Number(templates) });
    }
    return counts;
  });
}

function readGallery(row: { gallery_id: string; body: string }): Gallery {
  return fromBody(
    "gallery",
    gallerySchema,
    row.body,
    (gallery) => gallery.galleryId === row.gallery_id,
  );
}
