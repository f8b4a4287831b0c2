import type { z } from "zod";
import { StoreError } from "./store-error.js";

/**
 * Checks a record before it is written and drops fields that it does not have.
 *
 * @throws StoreError RECORD_INVALID: the caller has let something through
 */
export function checked<T>(kind: string, schema: z.ZodType<T>, record: T): T {
  const result = schema.safeParse(record);
  if (result.success) return result.data;
  throw new StoreError(
    "RECORD_INVALID",
    `This ${kind} is not fit to be stored (${faults(result.error)}). Nothing was written.`,
  );
}

/** The JSON of a record, checked. */
export function toBody<T>(kind: string, schema: z.ZodType<T>, record: T): string {
  return JSON.stringify(checked(kind, schema, record));
}

/**
 * Reads a record back, and checks that it is the one its row says.
 *
 * @param isThisRow true when the record's ids are those of the row's key columns
 * @throws StoreError CORRUPT
 */
export function fromBody<T>(
  kind: string,
  schema: z.ZodType<T>,
  body: string,
  isThisRow: (record: T) => boolean,
): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success && isThisRow(parsed.data)) return parsed.data;
  const what = parsed.success ? "it is another row's" : faults(parsed.error);
  throw new StoreError(
    "CORRUPT",
    `A ${kind} in the database does not read as one (${what}). Keep a copy of the database, then ` +
      "restore the latest back-up.",
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Where and what, never the values themselves. */
function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 4)
    .map((issue) => `${issue.path.join(".") || "record"}: ${issue.code}`)
    .join("; ");
}
