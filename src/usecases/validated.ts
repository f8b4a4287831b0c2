import { CordonError, type FieldViolation } from "../base/errors.js";
import type { Validated } from "../compliance/checks.js";

/** The record of a validated input, or the error that names every wrong field. */
export function recordOf<T>(validated: Validated<T>): T {
  if (validated.ok) return validated.record;
  throw fieldsError(validated.fields);
}

/** INVALID_ARGUMENT that names every wrong field. */
export function fieldsError(fields: readonly FieldViolation[]): CordonError {
  return new CordonError({
    status: "INVALID_ARGUMENT",
    reason: "FIELD_INVALID",
    message: fields.map(({ field, description }) => `${field}: ${description}`).join("; "),
    fields,
  });
}
