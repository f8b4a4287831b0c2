import type { FieldViolation } from "../base/errors.js";

/** A record that is fit to be kept, or every field that is not. */
export type Validated<T> =
  | { readonly ok: true; readonly record: T }
  | { readonly ok: false; readonly fields: readonly FieldViolation[] };
