import { type Kysely, sql } from "kysely";
import type { Database, Tables } from "./database.js";
import { anyOf, requireLimit, requireListSize } from "./lists.js";
import { numberOf, pageOf, startOfPage } from "./page.js";
import type { PersonRow } from "./person-records.js";
import { readPerson } from "./person-rows.js";
import type { Page, PageRequest, Store } from "./store.js";

type PersonStore = Pick<
  Store,
  | "getPerson"
  | "listParts"
  | "listPersons"
  | "listOwners"
  | "countTemplates"
  | "countPersons"
  | "listExpired"
  | "expiredBacklog"
>;

/** Reading persons. */
export function personTable({ db }: Tables): PersonStore {
  const rows = db.selectFrom("persons").selectAll();
  return {
    async getPerson(personId) {
      const row = await rows.where("person_id", "=", personId).executeTakeFirst();
      return row === undefined ? null : readPerson(row);
    },

    async listParts(personId) {
      const parts = await rows
        .where((or) => or.or([or("person_id", "=", personId), or("merged_into", "=", personId)]))
        .orderBy((by) => by("person_id", "!=", personId))
        .orderBy("seq")
        .execute();
      return parts.map(readPerson);
    },

    listPersons: (galleryId, page) => listPersons(db, galleryId, page),
    listOwners: (templateIds) => listOwners(db, templateIds),

    async countTemplates(personIds) {
      requireListSize("person ids", personIds);
      const counted = await db
        .selectFrom("persons as p")
        .innerJoin("templates as t", "t.person_seq", "p.seq")
        .select(["p.person_id", (select) => select.fn.countAll().as("count")])
        .where("p.person_id", "in", anyOf(personIds))
        .groupBy("p.person_id")
        .execute();
      const counts = new Map(personIds.map((personId) => [personId, 0]));
      for (const { person_id, count } of counted) counts.set(person_id, Number(count));
      return counts;
    },

    countPersons: () => countPersons(db),

    async listExpired(nowMs, limit) {
      requireLimit(limit);
      const due = await rows
        .where("retention_deadline_ms", "<=", nowMs)
        .orderBy("retention_deadline_ms")
        .limit(limit)
        .execute();
      return due.map(readPerson);
    },

    async expiredBacklog(nowMs) {
      const row = await db
        .selectFrom("persons")
        .select(({ fn }) => [
          fn.countAll().as("rows"),
          fn.min("retention_deadline_ms").as("oldest"),
        ])
        .where("retention_deadline_ms", "<=", nowMs)
        .executeTakeFirstOrThrow();
      const due = Number(row.rows);
      return due === 0 ? null : { rows: due, oldestDueMs: Number(row.oldest) };
    },
  };
}

/** In order of insertion. */
async function listPersons(
  db: Kysely<Database>,
  galleryId: string | null,
  page: PageRequest,
): Promise<Page<PersonRow>> {
  const listing = `persons/${galleryId ?? ""}`;
  const { after, limit } = startOfPage(listing, 1, page);
  const from = numberOf(after?.[0]);
  let query = db.selectFrom("persons").selectAll().orderBy("seq").limit(limit);
  if (galleryId === null) {
    query = query.where("merged_into", "is", null).where("seq", ">", from);
  } else {
    // By the memberships' own key, so that a page reads no more than its rows.
    const roots = db
      .selectFrom("memberships")
      .select("root_seq")
      .distinct()
      .where("gallery_id", "=", galleryId)
      .where("root_seq", ">", from)
      .orderBy("root_seq")
      .limit(limit);
    query = query.where("seq", "in", roots);
  }
  const rows = await query.execute();
  const { items, nextPageToken } = pageOf(listing, page, rows, (row) => [String(row.seq)]);
  return { items: items.map(readPerson), nextPageToken };
}

async function listOwners(
  db: Kysely<Database>,
  templateIds: readonly string[],
): Promise<ReadonlyMap<string, PersonRow>> {
  requireListSize("template ids", templateIds);
  const rows = await db
    .selectFrom("templates as t")
    .innerJoin("persons as p", "p.seq", "t.person_seq")
    .selectAll("p")
    .select("t.template_id")
    .where("t.template_id", "in", anyOf(templateIds))
    .execute();
  return new Map(rows.map((row) => [row.template_id, readPerson(row)]));
}

/** All rows less the merged ones: both are counted in the smallest index that there is. */
async function countPersons(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT (SELECT count(*) FROM persons) -
      (SELECT count(*) FROM persons WHERE merged_into IS NOT NULL) AS count
  `.execute(db);
  return rows[0]?.count ?? 0;
}
