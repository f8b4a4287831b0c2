import type { Kysely } from "kysely";
import { alreadyExists } from "./already-exists.js";
import { checked } from "./body.js";
import { compiledInsert } from "./compiled-insert.js";
import type { Database, Tables } from "./database.js";
import { pairRow } from "./distinct-pairs.js";
import { anyOf } from "./lists.js";
import { mergeRow, partiesOf } from "./merges.js";
import { newPersonSchema } from "./person-schemas.js";
import { requestDigest } from "./requests.js";
import type { InsertOutcome, NewPerson, Store } from "./store.js";

/** Rows of one insertion at most. */
export const personsPerInsertMax = 1_000;

/** What insertions are checked against; rows that are inserted are added. */
interface Known {
  readonly galleryIds: ReadonlySet<string>;
  /** Other rows that are named, by their id. */
  readonly rows: Map<string, { readonly seq: number; readonly mergedInto: string | null }>;
}

/** Enrolment. */
export function personInsertion(tables: Tables): Pick<Store, "insertPersons"> {
  const put = inserter(tables);
  return {
    async insertPersons(persons) {
      if (persons.length > personsPerInsertMax) {
        throw new RangeError(`At most ${personsPerInsertMax} persons are inserted at once.`);
      }
      const whole = persons.map((one) => checked("person", newPersonSchema, one));
      return tables.writer.run(
        async (one) => {
          const known = await readKnown(one, whole);
          return whole.map((person) => put(person, known));
        },
        { weight: whole.length },
      );
    },
  };
}

async function readKnown(db: Kysely<Database>, persons: readonly NewPerson[]): Promise<Known> {
  const wanted = new Set(persons.flatMap(({ person }) => person.galleryIds));
  const galleries = await db
    .selectFrom("galleries")
    .select("gallery_id")
    .where("gallery_id", "in", anyOf([...wanted]))
    .execute();
  const named = persons.flatMap(({ person, distinct }) => [
    ...(person.mergedInto === null ? [] : [person.mergedInto]),
    ...distinct.flatMap(({ personIds }) => personIds),
  ]);
  const rows = await db
    .selectFrom("persons")
    .select(["seq", "person_id", "merged_into"])
    .where("person_id", "in", anyOf(named))
    .execute();
  return {
    galleryIds: new Set(galleries.map((row) => row.gallery_id)),
    rows: new Map(
      rows.map(({ seq, person_id, merged_into }) => [person_id, { seq, mergedInto: merged_into }]),
    ),
  };
}

/** What is said of a row that cannot be inserted; null when it can. */
function obstacle({ person }: NewPerson, { galleryIds, rows }: Known): InsertOutcome | null {
  const absent = person.galleryIds.find((galleryId) => !galleryIds.has(galleryId));
  if (absent !== undefined) return { kind: "gallery-absent", galleryId: absent };
  if (person.mergedInto === null) return null;
  return rows.get(person.mergedInto)?.mergedInto === null ? null : { kind: "root-absent" };
}

/** @throws CordonError ALREADY_EXISTS, from the function, when an id is taken */
function inserter({ db, statements }: Tables): (one: NewPerson, known: Known) => InsertOutcome {
  const persons = compiledInsert(db, statements, "persons");
  const requests = compiledInsert(db, statements, "requests");
  const belongings = belongingsInserter(db, statements);
  return (one, known) => {
    const found = obstacle(one, known);
    if (found !== null) return found;
    const { person } = one;
    // The first write of the row: when it does nothing there is nothing to take back.
    const isNew =
      person.requestKey === null ||
      requests({
        digest: requestDigest(person.requestKey),
        person_id: person.personId,
        erased: 0,
      }) !== null;
    if (!isNew) return { kind: "request-taken" };
    const seq = persons({
      person_id: person.personId,
      wrapped_key: person.wrappedKey,
      key_version: person.keyVersion,
      merged_into: person.mergedInto,
      request_key: person.requestKey,
      sealed_details: person.sealedDetails,
      lawful_basis: JSON.stringify(person.lawfulBasis),
      retention_deadline_ms: person.retentionDeadlineMs,
      created_at_ms: person.createdAtMs,
      gallery_ids: JSON.stringify([...new Set(person.galleryIds)].sort()),
    });
    if (seq === null) throw alreadyExists("person", person.personId);
    known.rows.set(person.personId, { seq, mergedInto: person.mergedInto });
    belongings(one, seq, known);
    return { kind: "inserted" };
  };
}

/** Memberships, templates and decisions of a row that was inserted. */
function belongingsInserter(
  db: Tables["db"],
  statements: Tables["statements"],
): (one: NewPerson, seq: number, known: Known) => void {
  const memberships = compiledInsert(db, statements, "memberships");
  const templates = compiledInsert(db, statements, "templates");
  const merges = compiledInsert(db, statements, "merges");
  const parties = compiledInsert(db, statements, "merge_parties");
  const pairs = compiledInsert(db, statements, "distinct_pairs");
  return ({ person, templates: rows, merge, distinct }, seq, known) => {
    const root = person.mergedInto === null ? undefined : known.rows.get(person.mergedInto);
    for (const galleryId of new Set(person.galleryIds)) {
      memberships({
        gallery_id: galleryId,
        root_seq: root?.seq ?? seq,
        person_seq: seq,
        templates: rows.length,
      });
    }
    for (const template of rows) {
      const inserted = templates({
        person_seq: seq,
        template_id: template.templateId,
        model_pack: template.modelPack,
        sealed: template.sealed,
        created_at_ms: template.createdAtMs,
      });
      if (inserted === null) throw alreadyExists("template", template.templateId);
    }
    if (merge !== null) {
      if (merges(mergeRow(merge)) === null) throw alreadyExists("merge", merge.mergeId);
      for (const personId of partiesOf(merge)) {
        parties({ person_id: personId, merge_id: merge.mergeId });
      }
    }
    for (const pair of distinct) {
      // About somebody who is gone there is nothing to decide any more.
      if (pair.personIds.every((personId) => known.rows.has(personId))) pairs(pairRow(pair));
    }
  };
}
