import { open } from "node:fs/promises";
import { newline } from "./line-blocks.js";
import { broken } from "./read-records.js";
import { type LinePlace, readLine, recordSizeBytesMax } from "./record.js";
import type { Segment } from "./segments.js";

/** Records of processing are kept for three years at least (Measures, Art. 9). */
export const retentionDaysMin = 1_096;

const dayMs = 86_400_000;

/** Files to remove, and what the record of it says. */
export interface Pruning {
  readonly files: readonly Segment[];
  readonly fields: {
    /** The oldest record that is kept. */
    readonly firstSeq: number;
    /** Hash of the record before it. */
    readonly anchorHash: string;
    /** How many records go. */
    readonly records: number;
    /** When the newest of them was made. */
    readonly newestTimeMs: number;
    readonly retentionDays: number;
  };
}

/**
 * The oldest files of which every record is older than the retention; null when there are none.
 *
 * @param closed files that nothing is added to any more, oldest first
 * @param nextSeq first record of the file after them
 * @throws AuditError BROKEN when the end of one of them cannot be read
 */
export async function planPruning(
  closed: readonly Segment[],
  nextSeq: number,
  nowMs: number,
  retentionDays: number,
): Promise<Pruning | null> {
  const beforeMs = nowMs - retentionDays * dayMs;
  let last: LinePlace | null = null;
  let count = 0;
  for (const segment of closed) {
    const place = await lastPlace(segment);
    // Written so that a time that is none removes nothing.
    if (!(place.timeMs < beforeMs)) break;
    last = place;
    count += 1;
  }
  const [first] = closed;
  if (last === null || first === undefined) return null;
  const firstSeq = closed[count]?.firstSeq ?? nextSeq;
  const fields = {
    firstSeq,
    anchorHash: last.hash,
    records: firstSeq - first.firstSeq,
    newestTimeMs: last.timeMs,
    retentionDays,
  };
  return { files: closed.slice(0, count), fields };
}

/** The place of a file's last record, which is its newest. */
async function lastPlace(segment: Segment): Promise<LinePlace> {
  const { path, sizeBytes, firstSeq } = segment;
  const handle = await open(path, "r");
  try {
    const size = Math.min(sizeBytes, recordSizeBytesMax);
    const bytes = Buffer.alloc(size);
    await handle.read(bytes, 0, size, sizeBytes - size);
    const from = size > 1 ? bytes.lastIndexOf(newline, size - 2) + 1 : 0;
    const place = readLine(bytes, from, size - 1);
    if (typeof place === "string") throw broken(segment, firstSeq, `of its last record, ${place}`);
    return place;
  } finally {
    await handle.close();
  }
}
