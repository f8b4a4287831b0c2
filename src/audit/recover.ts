import { join } from "node:path";
import type { ChainHead } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { createMemoryIndex, type MemoryIndex } from "./memory-index.js";
import { indexLine } from "./rebuild-sidecar.js";
import { emptyChain } from "./record.js";
import { listSegments, type Segment, truncateSegment } from "./segments.js";
import type { IsKnownSigner } from "./signers.js";
import { verifySegments } from "./verify.js";

/** Where an opened log goes on. */
export interface Start {
  readonly head: ChainHead;
  /** Newest time of the records that were checked; minus infinity in an empty log. */
  readonly newestTimeMs: number;
  readonly sinceCheckpoint: number;
  /** The files that nothing is added to any more, oldest first. */
  readonly closed: readonly Segment[];
  /** Index of the file in the making, which may not be there yet. */
  readonly current: MemoryIndex;
}

/**
 * Checks the newest files of a log, and cuts away a last record whose write was cut short: such a
 * one was never acknowledged.
 *
 * @param verifyBytes how much is checked, in whole files, at least the last with records
 * @throws AuditError BROKEN, naming the first broken record, or UNUSABLE_PATH
 */
export async function recover(
  directory: string,
  verifyBytes: number,
  isKnownSigner: IsKnownSigner,
): Promise<Start> {
  const segments = await listSegments(directory);
  const last = segments.at(-1);
  const current = createMemoryIndex(last?.firstSeq ?? emptyChain.seq + 1);
  const { result, newestTimeMs, sinceCheckpoint } = await verifySegments(segments, {
    fromSegment: firstToVerify(segments, verifyBytes),
    isKnownSigner,
    onLastFile: (bytes, from, to) =>
      indexLine(current, bytes, from, to) ? null : "its content is not an audit record",
  });
  if (!result.ok) {
    const { seq, file, line, offsetBytes, fault } = result.broken;
    throw new AuditError(
      "BROKEN",
      `The audit log is broken at record ${seq} ("${join(directory, file)}", line ${line}, byte ` +
        `${offsetBytes}): ${fault}. Keep the directory as it is for the inspection, find out who ` +
        "or what altered it, and start with a restored or a new audit directory.",
    );
  }
  if (last !== undefined && result.tornBytes > 0) {
    await truncateSegment(last.path, last.sizeBytes - result.tornBytes);
  }
  const closed = segments.slice(0, -1);
  return { head: result.head, newestTimeMs, sinceCheckpoint, closed, current };
}

/** Index of the oldest file to check: as many of the newest as fit, one with records at least. */
function firstToVerify(segments: readonly Segment[], verifyBytes: number): number {
  let total = 0;
  for (let at = segments.length - 1; at >= 0; at--) {
    const size = segments[at]?.sizeBytes ?? 0;
    if (total > 0 && total + size > verifyBytes) return at + 1;
    total += size;
  }
  return 0;
}
