import type { Kysely, Selectable } from "kysely";
import { CordonError } from "../base/errors.js";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import { pageOf, startOfPage } from "./page.js";
import type { PersonRow, TemplateRow } from "./records.js";
import { requireRow } from "./references.js";
import { lawfulBasisSchema, personSchema } from "./schemas.js";
import type { Store } from "./store.js";
import { checkedTemplates, insertTemplates, plainBytes } from "./templates.js";

type PersonStore = Pick<
  Store,
  "insertPerson" | "getPerson" | "listPersons" | "deletePerson" | "countPersons"
>;

export function personTable({ db, writer }: Tables): PersonStore {
  return {
    async insertPerson(person, templates) {
      const row = checked("person", personSchema, {
        ...person,
        galleryIds: [...person.galleryIds],
      });
      const rows = checkedTemplates(person.personId, templates);
      await writer.run((one) => insertPerson(one, row, rows));
    },

    async getPerson(personId) {
      const row = await db
        .selectFrom("persons")
        .selectAll()
        .where("person_id", "=", personId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const galleries = await galleriesOf(db, [personId]);
      return readPerson(row, galleries);
    },

    async listPersons(galleryId, page) {
      const listing = `persons/${galleryId ?? ""}`;
      const { after, limit } = startOfPage(listing, 1, page);
      let query = db.selectFrom("persons").selectAll("persons");
      if (galleryId === null) {
        query = query.orderBy("persons.person_id");
        if (after?.[0] !== undefined) query = query.where("persons.person_id", ">", after[0]);
      } else {
        // Ordered by the memberships' own key, so that a page reads no more than its rows.
        let members = query
          .innerJoin("memberships as m", "m.person_id", "persons.person_id")
          .where("m.gallery_id", "=", galleryId)
          .orderBy("m.person_id");
        if (after?.[0] !== undefined) members = members.where("m.person_id", ">", after[0]);
        query = members;
      }
      const rows = await query.limit(limit).execute();
      const galleries = await galleriesOf(
        db,
        rows.map((row) => row.person_id),
      );
      const persons = rows.map((row) => readPerson(row, galleries));
      return pageOf(listing, page, persons, (person) => [person.personId]);
    },

    deletePerson: (personId) => writer.run((one) => deletePerson(one, personId), { erases: true }),

    async countPersons() {
      const row = await db
        .selectFrom("persons")
        .select((select) => select.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

async function insertPerson(
  db: Kysely<Database>,
  person: PersonRow,
  templates: readonly TemplateRow[],
): Promise<void> {
  for (const galleryId of person.galleryIds) await requireRow(db, "gallery", galleryId);
  const result = await db
    .insertInto("persons")
    .values({
      person_id: person.personId,
      wrapped_key: person.wrappedKey,
      sealed_details: person.sealedDetails,
      lawful_basis: JSON.stringify(person.lawfulBasis),
      retention_deadline_ms: person.retentionDeadlineMs,
      created_at_ms: person.createdAtMs,
    })
    .onConflict((conflict) => conflict.column("person_id").doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) throw alreadyExists("person", person.personId);
  const memberships = [...new Set(person.galleryIds)].map((galleryId) => ({
    gallery_id: galleryId,
    person_id: person.personId,
  }));
  if (memberships.length > 0) await db.insertInto("memberships").values(memberships).execute();
  await insertTemplates(db, templates);
}

async function deletePerson(
  db: Kysely<Database>,
  personId: string,
): Promise<{ templatesDeleted: number } | null> {
  const templates = await db
    .deleteFrom("templates")
    .where("person_id", "=", personId)
    .executeTakeFirst();
  await db.deleteFrom("memberships").where("person_id", "=", personId).execute();
  const persons = await db
    .deleteFrom("persons")
    .where("person_id", "=", personId)
    .executeTakeFirst();
  if (persons.numDeletedRows === 0n) return null;
  return { templatesDeleted: Number(templates.numDeletedRows) };
}

/** The galleries of each person, by person id. */
export async function galleriesOf(
  db: Kysely<Database>,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  if (personIds.length === 0) return found;
  const rows = await db
    .selectFrom("memberships")
    .selectAll()
    .where("person_id", "in", personIds)
    .orderBy("person_id")
    .orderBy("gallery_id")
    .execute();
  for (const row of rows) {
    const known = found.get(row.person_id);
    if (known === undefined) found.set(row.person_id, [row.gallery_id]);
    else known.push(row.gallery_id);
  }
  return found;
}

/** @throws StoreError CORRUPT */
export function readPerson(
  row: Selectable<Database["persons"]>,
  galleries: ReadonlyMap<string, readonly string[]>,
): PersonRow {
  return {
    personId: row.person_id,
    wrappedKey: plainBytes(row.wrapped_key),
    sealedDetails: plainBytes(row.sealed_details),
    lawfulBasis: fromBody("lawful basis", lawfulBasisSchema, row.lawful_basis, () => true),
    retentionDeadlineMs: row.retention_deadline_ms,
    createdAtMs: row.created_at_ms,
    galleryIds: galleries.get(row.person_id) ?? [],
  };
}

function alreadyExists(what: string, id: string): CordonError {
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "ALREADY_EXISTS",
    message: `There is a ${what} "${id}" already.`,
    metadata: { resource: `${what}/${id}` },
  });
}
