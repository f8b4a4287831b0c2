import type { Selectable } from "kysely";
import { z } from "zod";
import { fromBody } from "./body.js";
import type { Database } from "./database.js";
import type { PersonRow } from "./person-records.js";
import { id, lawfulBasisSchema } from "./schemas.js";

const galleryIdsSchema = z.array(id);

/** @throws StoreError CORRUPT */
export function readPerson(row: Selectable<Database["persons"]>): PersonRow {
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
    galleryIds: fromBody("list of galleries", galleryIdsSchema, row.gallery_ids, () => true),
  };
}

/** The bytes of a column as the records promise them, whatever class the driver reads. */
export function plainBytes(column: Uint8Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
