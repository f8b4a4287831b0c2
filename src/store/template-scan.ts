import type { Kysely } from "kysely";
import type { Database, Tables } from "./database.js";
import { galleriesOf, readPerson } from "./persons.js";
import type { PersonRow, TemplateRow } from "./records.js";
import type { Store } from "./store.js";
import { plainBytes } from "./templates.js";

/** Templates of one batch of a scan at most. */
export const scanBatchMax = 10_000;

export type ScannedTemplate = { readonly template: TemplateRow; readonly person: PersonRow };

/**
 * Reading templates. A scan sees each template that was there from its beginning to its end
 * exactly once; one that comes or goes meanwhile may or may not be seen.
 */
export function templateScan({ db }: Tables): Pick<Store, "listTemplatesOf" | "scanTemplates"> {
  return {
    async listTemplatesOf(personId) {
      const rows = await db
        .selectFrom("templates")
        .selectAll()
        .where("person_id", "=", personId)
        .orderBy("seq")
        .execute();
      return rows.map(readTemplate);
    },

    scanTemplates(batchSize) {
      requireBatchSize(batchSize);
      return scan(db, batchSize);
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
): AsyncGenerator<readonly ScannedTemplate[]> {
  let afterSeq = 0;
  while (true) {
    const rows = await db
      .selectFrom("templates as t")
      .innerJoin("persons as p", "p.person_id", "t.person_id")
      .selectAll("p")
      .select(["t.seq", "t.template_id", "t.model_pack", "t.sealed"])
      .select("t.created_at_ms as template_created_at_ms")
      .where("t.seq", ">", afterSeq)
      .orderBy("t.seq")
      .limit(batchSize)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    const galleries = await galleriesOf(db, [...new Set(rows.map((row) => row.person_id))]);
    yield rows.map((row) => ({
      template: readTemplate({ ...row, created_at_ms: row.template_created_at_ms }),
      person: readPerson(row, galleries),
    }));
    if (rows.length < batchSize) return;
    afterSeq = last.seq;
  }
}

function readTemplate(row: {
  template_id: string;
  person_id: string;
  model_pack: string;
  sealed: Uint8Array;
  created_at_ms: number;
}): TemplateRow {
  return {
    templateId: row.template_id,
    personId: row.person_id,
    modelPack: row.model_pack,
    sealed: plainBytes(row.sealed),
    createdAtMs: row.created_at_ms,
  };
}
