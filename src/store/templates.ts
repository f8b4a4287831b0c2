import type { Kysely } from "kysely";
import { z } from "zod";
import { CordonError } from "../base/errors.js";
import { checked } from "./body.js";
import type { Database } from "./database.js";
import type { TemplateRow } from "./records.js";
import { templateSchema, templatesPerPersonMax } from "./schemas.js";
import { StoreError } from "./store-error.js";

const templatesSchema = z.array(templateSchema).max(templatesPerPersonMax);

/**
 * Checks the templates of one person before they are written.
 *
 * @throws StoreError RECORD_INVALID
 */
export function checkedTemplates(
  personId: string,
  templates: readonly TemplateRow[],
): readonly TemplateRow[] {
  const rows = checked("list of templates", templatesSchema, [...templates]);
  if (rows.every((row) => row.personId === personId)) return rows;
  throw new StoreError("RECORD_INVALID", "A template names another person. Nothing was written.");
}

/** @throws CordonError ALREADY_EXISTS when the id of one is taken */
export async function insertTemplates(
  db: Kysely<Database>,
  templates: readonly TemplateRow[],
): Promise<void> {
  if (templates.length === 0) return;
  const result = await db
    .insertInto("templates")
    .values(
      templates.map((template) => ({
        template_id: template.templateId,
        person_id: template.personId,
        model_pack: template.modelPack,
        sealed: template.sealed,
        created_at_ms: template.createdAtMs,
      })),
    )
    .onConflict((conflict) => conflict.column("template_id").doNothing())
    .executeTakeFirst();
  if (Number(result.numInsertedOrUpdatedRows) === templates.length) return;
  throw new CordonError({
    status: "ALREADY_EXISTS",
    reason: "ALREADY_EXISTS",
    message: "There is a template with the id of one of these already. Nothing was written.",
  });
}

/** The bytes of a column as the records promise them, whatever class the driver reads. */
export function plainBytes(column: Uint8Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
