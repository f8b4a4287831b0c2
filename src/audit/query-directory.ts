import type { AuditFilter, AuditLine } from "./audit.js";
import { queryFiles } from "./query.js";
import { listSegments } from "./segments.js";
import { openSidecar } from "./sidecar.js";

/**
 * Records of a log that fit, oldest first, without a server, also of a copy of one. It changes
 * nothing: a file without an index is read whole.
 *
 * @param afterSeq only records after it; 0 for all
 * @throws AuditError UNUSABLE_PATH; BROKEN when a record that is looked at was altered
 */
export async function* queryAuditDirectory(
  directory: string,
  filter: AuditFilter = {},
  afterSeq = 0,
): AsyncGenerator<AuditLine> {
  const segments = await listSegments(directory);
  const files = segments.map((segment, at) => ({
    ...segment,
    // The newest one may be in the making.
    index: async () => (at === segments.length - 1 ? null : await openSidecar(segment)),
    wasPruned: () => false,
  }));
  yield* queryFiles(files, { filter, afterSeq, untilSeq: Number.POSITIVE_INFINITY });
}
