import type { Kysely, Selectable, SelectQueryBuilder } from "kysely";
import { fromBody } from "./body.js";
import type { Database } from "./database.js";
import { anyOf } from "./lists.js";
import type { PersonRow } from "./records.js";
import { lawfulBasisSchema } from "./schemas.js";

type Row = Selectable<Database["persons"]>;

type Rows = SelectQueryBuilder<Database, "persons", Row>;

/**
 * Reads rows with their galleries, in one turn: no write comes between the two.
 *
 * @param choose which rows, and in which order
 * @throws StoreError CORRUPT
 */
export function readPersons(
  db: Kysely<Database>,
  choose: (rows: Rows) => Rows,
): Promise<readonly PersonRow[]> {
  return db.connection().execute(async (one) => {
    const rows = await choose(one.selectFrom("persons").selectAll()).execute();
    return withGalleries(one, rows);
  });
}

/**
 * The same, by id, for a read that goes on. Those that are not there are left out.
 *
 * @param db one connection
 */
export async function personsById(
  db: Kysely<Database>,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, PersonRow>> {
  const rows = await db
    .selectFrom("persons")
    .selectAll()
    .where("person_id", "in", anyOf(personIds))
    .execute();
  const persons = await withGalleries(db, rows);
  return new Map(persons.map((person) => [person.personId, person]));
}

async function withGalleries(
  db: Kysely<Database>,
  rows: readonly Row[],
): Promise<readonly PersonRow[]> {
  const galleries = await galleriesOf(
    db,
    rows.map((row) => row.person_id),
  );
  return rows.map((row) => readPerson(row, galleries.get(row.person_id) ?? []));
}

/** The galleries of each row, by its id. */
async function galleriesOf(
  db: Kysely<Database>,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  if (personIds.length === 0) return found;
  const rows = await db
    .selectFrom("memberships")
    .select(["person_id", "gallery_id"])
    .where("person_id", "in", anyOf(personIds))
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

function readPerson(row: Row, galleryIds: readonly string[]): PersonRow {
  return {
    personId: row.person_id,
    wrappedKey: plainBytes(row.wrapped_key),
    keyVersion: row.key_version,
    mergedInto: row.merged_into,
    requestKey: row.request_key === null ? null : plainBytes(row.request_key),
    sealedDetails: plainBytes(row.sealed_details),
    lawfulBasis: fromBody("lawful basis", lawfulBasisSchema, row.lawful_basis, () => true),
    retentionDeadlineMs: row.retention_deadline_ms,
    createdAtMs: row.created_at_ms,
    galleryIds,
  };
}

/** The bytes of a column as the records promise them, whatever class the driver reads. */
export function plainBytes(column: Uint8Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
