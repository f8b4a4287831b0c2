import { type Kysely, type Selectable, sql } from "kysely";
import type { Database, Tables } from "./database.js";
import { anyOf, requireLimit } from "./lists.js";
import type { PersonRow, TemplateRow } from "./person-records.js";
import { plainBytes, readPerson } from "./person-rows.js";
import type { Store } from "./store.js";
import { StoreError } from "./store-error.js";

/** Templates of one batch of a scan at most. */
export const scanBatchMax = 10_000;

export type ScannedTemplate = { readonly template: TemplateRow; readonly person: PersonRow };

type TemplateStore = Pick<
  Store,
  | "listTemplatesOf"
  | "scanTemplates"
  | "newestSeqs"
  | "position"
  | "templateIdAt"
  | "listPersonsAfter"
>;

/**
 * Reading templates. A scan sees each template that was there from its beginning to its end
 * exactly once; one that comes or goes meanwhile may or may not be seen.
 */
export function templateScan({ db }: Tables): TemplateStore {
  return {
    async listTemplatesOf(personId) {
      const rows = await db
        .selectFrom("persons as p")
        .innerJoin("templates as t", "t.person_seq", "p.seq")
        .selectAll("t")
        .where("p.person_id", "=", personId)
        .orderBy("t.seq")
        .execute();
      return rows.map((row) => readTemplate(row, personId));
    },

    scanTemplates(batchSize, afterSeq = 0) {
      requireBatchSize(batchSize);
      return scan(db, batchSize, afterSeq);
    },

    async position() {
      const { rows } = await sql<{ token: string; seq: number | null; id: string | null }>`
        SELECT lower(hex(token)) AS token, t.seq AS seq, t.template_id AS id
        FROM index_state LEFT JOIN templates t ON t.seq = (SELECT max(seq) FROM templates)
      `.execute(db);
      const [row] = rows;
      if (row === undefined) throw new StoreError("CORRUPT", "The database has no index state.");
      return { templateSeq: row.seq ?? 0, templateId: row.id ?? "", token: row.token };
    },

    async templateIdAt(seq) {
      const row = await db
        .selectFrom("templates")
        .select("template_id")
        .where("seq", "=", seq)
        .executeTakeFirst();
      return row?.template_id ?? null;
    },

    async newestSeqs() {
      const { rows } = await sql<{ template: number | null; erasure: number | null }>`
        SELECT (SELECT max(seq) FROM templates) AS template,
          (SELECT max(seq) FROM erasures) AS erasure
      `.execute(db);
      return { templateSeq: rows[0]?.template ?? 0, erasureSeq: rows[0]?.erasure ?? 0 };
    },

    async listPersonsAfter(templateSeq, limit) {
      requireLimit(limit);
      const rows = await db
        .selectFrom("templates as t")
        .innerJoin("persons as p", "p.seq", "t.person_seq")
        .select(["p.person_id", "t.seq"])
        .where("t.seq", ">", templateSeq)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("templates as earlier")
                .select("earlier.seq")
                .whereRef("earlier.person_seq", "=", "t.person_seq")
                .whereRef("earlier.seq", "<", "t.seq")
                .where("earlier.seq", ">", templateSeq),
            ),
          ),
        )
        .orderBy("t.seq")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ personId: row.person_id, seq: row.seq }));
    },
  };
}

/** @throws RangeError */
export function requireBatchSize(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= scanBatchMax) return;
  throw new RangeError(`batchSize must be 1 to ${scanBatchMax}`);
}

async function* scan(
  db: Kysely<Database>,
  batchSize: number,
  fromSeq: number,
): AsyncGenerator<readonly ScannedTemplate[]> {
  let afterSeq = fromSeq;
  while (true) {
    const { templates, persons } = await readBatch(db, afterSeq, batchSize);
    const last = templates.at(-1);
    if (last === undefined) return;
    const batch: ScannedTemplate[] = [];
    for (const row of templates) {
      const person = persons.get(row.person_seq);
      if (person !== undefined)
        batch.push({ template: readTemplate(row, person.personId), person });
    }
    yield batch;
    if (templates.length < batchSize) return;
    afterSeq = last.seq;
  }
}

/** Templates, and their rows by seq, in one turn: no write comes between the two. */
function readBatch(db: Kysely<Database>, afterSeq: number, batchSize: number) {
  return db.connection().execute(async (one) => {
    const templates = await one
      .selectFrom("templates")
      .selectAll()
      .where("seq", ">", afterSeq)
      .orderBy("seq")
      .limit(batchSize)
      .execute();
    const rows = await one
      .selectFrom("persons")
      .selectAll()
      .where("seq", "in", anyOf([...new Set(templates.map((row) => row.person_seq))]))
      .execute();
    return { templates, persons: new Map(rows.map((row) => [row.seq, readPerson(row)])) };
  });
}

function readTemplate(
  row: Omit<Selectable<Database["templates"]>, "seq" | "person_seq">,
  personId: string,
): TemplateRow {
  return {
    templateId: row.template_id,
    personId,
    modelPack: row.model_pack,
    sealed: plainBytes(row.sealed),
    createdAtMs: row.created_at_ms,
  };
}
