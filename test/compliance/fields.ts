import type { Validated } from "../../src/compliance/checks.js";

/** Names of the fields that are wrong, in order; empty for a record. */
export function fieldsOf(result: Validated<unknown>): readonly string[] {
  return result.ok ? [] : result.fields.map(({ field }) => field);
}

/** What is said of the first wrong field. */
export function problemOf(result: Validated<unknown>): string {
  return result.ok ? "accepted" : (result.fields[0]?.description ?? "");
}

export function accepted<T>(result: Validated<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fields));
  return result.record;
}
