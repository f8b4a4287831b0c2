import { type Kysely, sql } from "kysely";
import type { Database, Tables } from "./database.js";
import { anyOf, requireLimit, requireListSize } from "./lists.js";
import { pageOf, startOfPage } from "./page.js";
import { insertionOrder } from "./person-groups.js";
import { personsById, readPersons } from "./person-rows.js";
import type { PersonRow } from "./records.js";
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
  return {
    async getPerson(personId) {
      const [person] = await readPersons(db, (rows) => rows.where("person_id", "=", personId));
      return person ?? null;
    },

    listParts: (personId) =>
      readPersons(db, (rows) =>
        rows
          .where((or) => or.or([or("person_id", "=", personId), or("merged_into", "=", personId)]))
          .orderBy((by) => by("person_id", "!=", personId))
          .orderBy(insertionOrder),
      ),

    listPersons: (galleryId, page) => listPersons(db, galleryId, page),
    listOwners: (templateIds) => listOwners(db, templateIds),

    async countTemplates(personIds) {
      requireListSize("person ids", personIds);
      const rows = await db
        .selectFrom("templates")
        .select(["person_id", (select) => select.fn.countAll().as("count")])
        .where("person_id", "in", anyOf(personIds))
        .groupBy("person_id")
        .execute();
      const counts = new Map(personIds.map((personId) => [personId, 0]));
      for (const row of rows) counts.set(row.person_id, Number(row.count));
      return counts;
    },

    countPersons: () => countPersons(db),

    async listExpired(nowMs, limit) {
      requireLimit(limit);
      return readPersons(db, (rows) =>
        rows
          .where("retention_deadline_ms", "<=", nowMs)
          .orderBy("retention_deadline_ms")
          .limit(limit),
      );
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
      const rows = Number(row.rows);
      return rows === 0 ? null : { rows, oldestDueMs: Number(row.oldest) };
    },
  };
}

async function listPersons(
  db: Kysely<Database>,
  galleryId: string | null,
  page: PageRequest,
): Promise<Page<PersonRow>> {
  const listing = `persons/${galleryId ?? ""}`;
  const { after, limit } = startOfPage(listing, 1, page);
  const from = after?.[0] ?? "";
  const persons = await readPersons(db, (rows) => {
    if (galleryId === null) {
      return rows
        .where("merged_into", "is", null)
        .where("person_id", ">", from)
        .orderBy("person_id")
        .limit(limit);
    }
    // By the memberships' own key, so that a page reads no more than its rows.
    const roots = db
      .selectFrom("memberships")
      .select("root_id")
      .distinct()
      .where("gallery_id", "=", galleryId)
      .where("root_id", ">", from)
      .orderBy("root_id")
      .limit(limit);
    return rows.where("person_id", "in", roots).orderBy("person_id");
  });
  return pageOf(listing, page, persons, (person) => [person.personId]);
}

/** In one turn with the templates: who is erased meanwhile must not come back without galleries. */
function listOwners(
  db: Kysely<Database>,
  templateIds: readonly string[],
): Promise<ReadonlyMap<string, PersonRow>> {
  requireListSize("template ids", templateIds);
  return db.connection().execute(async (one) => {
    const templates = await one
      .selectFrom("templates")
      .select(["template_id", "person_id"])
      .where("template_id", "in", anyOf(templateIds))
      .execute();
    const ids = [...new Set(templates.map((row) => row.person_id))];
    const persons = await personsById(one, ids);
    const owners = new Map<string, PersonRow>();
    for (const { template_id, person_id } of templates) {
      const owner = persons.get(person_id);
      if (owner !== undefined) owners.set(template_id, owner);
    }
    return owners;
  });
}

/** All rows less the merged ones: both are counted in the smallest index that there is. */
async function countPersons(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT (SELECT count(*) FROM persons) -
      (SELECT count(*) FROM persons WHERE merged_into IS NOT NULL) AS count
  `.execute(db);
  return rows[0]?.count ?? 0;
}
