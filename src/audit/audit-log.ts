import { join, resolve } from "node:path";
import type { Clock } from "../base/clock.js";
import { CordonError } from "../base/errors.js";
import type { Audit, AuditEvent } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { createLineWriter } from "./line-writer.js";
import { type ChainHead, encodeLine } from "./record.js";
import {
  listSegments,
  type OpenSegmentFile,
  openSegmentFile,
  prepareDirectory,
  type Segment,
  segmentName,
  truncateSegment,
} from "./segments.js";
import { type AuditVerification, verifySegments } from "./verify.js";

/** Defaults of the options below. */
export const segmentSizeBytesDefault = 67_108_864;
export const queueRecordsMaxDefault = 16_384;
export const queueSizeBytesMaxDefault = 67_108_864;
export const verifyAtOpenBytesDefault = 268_435_456;

export interface AuditLogOptions {
  /** Directory of the log alone; made with mode 0700. One process at a time may have it open. */
  readonly directory: string;
  readonly clock: Clock;
  /** A new file is begun after this many bytes. Default 64 MiB; sensible 1 MiB to 1 GiB. */
  readonly segmentSizeBytes?: number;
  /** Records that may wait for the disk; the next is refused. Default 16,384. */
  readonly queueRecordsMax?: number;
  /** Bytes that may wait for the disk; the next record is refused. Default 64 MiB. */
  readonly queueSizeBytesMax?: number;
  /**
   * How much of the newest files, in whole files and at least the last with records, is checked
   * before the log opens. Default 256 MiB, which takes a few seconds; `Infinity` checks all.
   * `verify` always checks all.
   */
  readonly verifyAtOpenBytes?: number;
  /** How a file is opened for appending; tests make it fail. */
  readonly openFile?: OpenSegmentFile;
}

/** The audit log in files, with what a check of it needs. */
export interface AuditLog extends Audit {
  /** The last record that is on the disk. */
  head(): ChainHead;
  /** Checks every record up to the last one that was acknowledged when the check began. */
  verify(): Promise<AuditVerification>;
}

/**
 * Opens the log, and cuts away a last record whose write was cut short: such a one was never
 * acknowledged. Any other damage is refused.
 *
 * When a write or a flush fails, nothing more is acknowledged until the log is opened anew: after
 * a failed flush, what is on the disk is not known.
 *
 * @throws AuditError BROKEN, naming the first broken record, or UNUSABLE_PATH
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const directory = resolve(options.directory);
  await prepareDirectory(directory);
  const start = await recover(directory, options.verifyAtOpenBytes ?? verifyAtOpenBytesDefault);
  const writer = await createLineWriter({
    ...start,
    segmentSizeBytes: options.segmentSizeBytes ?? segmentSizeBytesDefault,
    openFile: options.openFile ?? openSegmentFile,
    pathOf: (firstSeq) => join(directory, segmentName(firstSeq)),
  });
  const queueRecordsMax = options.queueRecordsMax ?? queueRecordsMaxDefault;
  const queueSizeBytesMax = options.queueSizeBytesMax ?? queueSizeBytesMaxDefault;
  let chain = start.head;

  return {
    async append(event: AuditEvent) {
      writer.requireUsable();
      if (writer.waitingRecords() >= queueRecordsMax) throw queueFull();
      const { line, head } = encodeLine(event, chain, options.clock.nowMs());
      if (writer.waitingBytes() + line.length > queueSizeBytesMax) throw queueFull();
      // No await between the two: records enter the chain in the order in which they are written.
      chain = head;
      await writer.write(line, head);
      return head.seq;
    },
    head: () => writer.durable(),
    verify: async () => {
      const until = writer.durable();
      return verifySegments(await listSegments(directory), { until });
    },
    close: () => writer.close(),
  };
}

interface Start {
  readonly head: ChainHead;
  /** The file to go on with; null to begin a new one. */
  readonly segment: { readonly path: string; readonly sizeBytes: number } | null;
}

async function recover(directory: string, verifyBytes: number): Promise<Start> {
  const segments = await listSegments(directory);
  const fromSegment = firstToVerify(segments, verifyBytes);
  const found = await verifySegments(segments, { fromSegment });
  if (!found.ok) {
    const { seq, file, line, offsetBytes, fault } = found.broken;
    throw new AuditError(
      "BROKEN",
      `The audit log is broken at record ${seq} ("${join(directory, file)}", line ${line}, byte ` +
        `${offsetBytes}): ${fault}. Keep the directory as it is for the inspection, find out who ` +
        "or what altered it, and start with a restored or a new audit directory.",
    );
  }
  const last = segments.at(-1);
  if (last === undefined) return { head: found.head, segment: null };
  const sizeBytes = last.sizeBytes - found.tornBytes;
  if (found.tornBytes > 0) await truncateSegment(last.path, sizeBytes);
  return { head: found.head, segment: { path: last.path, sizeBytes } };
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

function queueFull(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "Too many audit records wait for the disk already. Try again a little later.",
    retryAfterMs: 1_000,
  });
}
