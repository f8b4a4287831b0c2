import { CordonError } from "../../base/errors.js";

export type PackFault =
  | "PACK_UNKNOWN"
  | "PACK_MANIFEST_INVALID"
  | "PACK_FILE_MISSING"
  | "PACK_FILE_ALTERED"
  | "PACK_SOURCE_INVALID"
  | "PACK_FETCH_FAILED";

/** What stops a start: says what is wrong with the pack, where, and what to do next. */
export function packError(reason: PackFault, message: string, cause?: unknown): CordonError {
  return new CordonError({ status: "FAILED_PRECONDITION", reason, message, cause });
}
