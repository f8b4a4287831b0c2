import { sql } from "kysely";
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

/** Persons that are counted in one go, a few milliseconds; other calls come in between. */
export const personsPerCount = 10_000;

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

async function countByGallery(
  db: Tables["db"],
): Promise<ReadonlyMap<string, { persons: number; templates: number }>> {
  const galleries = await db.selectFrom("galleries").select("gallery_id").execute();
  const counts = new Map<string, { persons: number; templates: number }>();
  for (const { gallery_id } of galleries)
    counts.set(gallery_id, await countGallery(db, gallery_id));
  return counts;
}

/** By the memberships' own key, some persons at a time: a large gallery holds nobody else up. */
async function countGallery(db: Tables["db"], galleryId: string) {
  const counted = { persons: 0, templates: 0 };
  for (let after = 0; ; ) {
    const { rows } = await sql<{ persons: number; templates: number; last: number }>`
      SELECT count(*) AS persons, sum(templates) AS templates, max(root_seq) AS last FROM (
        SELECT root_seq, sum(templates) AS templates FROM memberships
        WHERE gallery_id = ${galleryId} AND root_seq > ${after}
        GROUP BY root_seq ORDER BY root_seq LIMIT ${personsPerCount})
    `.execute(db);
    const step = rows[0];
    if (step === undefined || step.persons === 0) return counted;
    counted.persons += step.persons;
    counted.templates += step.templates;
    if (step.persons < personsPerCount) return counted;
    after = step.last;
    await new Promise<void>((resume) => setImmediate(resume));
  }
}

function readGallery(row: { gallery_id: string; body: string }): Gallery {
  return fromBody(
    "gallery",
    gallerySchema,
    row.body,
    (gallery) => gallery.galleryId === row.gallery_id,
  );
}
