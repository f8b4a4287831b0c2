import { join, resolve } from "node:path";
import type { Clock } from "../base/clock.js";
import { createExclusive } from "../base/exclusive.js";
import type { Signer } from "../vault/vault.js";
import { type Appender, clockBackwardsMsMax, createAppender } from "./appender.js";
import type { Audit } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { type Catalog, createCatalog } from "./catalog.js";
import { createLineWriter, type LineWriter } from "./line-writer.js";
import { planPruning, retentionDaysMin } from "./prune.js";
import { queryFiles } from "./query.js";
import { recover, type Start } from "./recover.js";
import {
  type OpenSegmentFile,
  openSegmentFile,
  prepareDirectory,
  removeSegments,
  type Segment,
  segmentName,
  unusable,
} from "./segments.js";
import { signHead } from "./signed-head.js";
import { pruneAct } from "./signed-record.js";
import {
  acceptSigners,
  listSigners,
  readSigners,
  registerSigner,
  signersFolder,
} from "./signers.js";
import { runInThread } from "./thread.js";

/** Defaults of the options below. */
export const segmentSizeBytesDefault = 67_108_864;
export const checkpointRecordsDefault = 1_000;
export const checkpointMsDefault = 60_000;
export const queueRecordsMaxDefault = 16_384;
export const queueSizeBytesMaxDefault = 67_108_864;
export const verifyAtOpenBytesDefault = 268_435_456;

/** A greater file would not be indexed. */
export const segmentSizeBytesMax = 1_073_741_824;

export interface AuditLogOptions {
  /** Directory of the log alone; made with mode 0700. One process at a time may have it open. */
  readonly directory: string;
  readonly clock: Clock;
  /** Signs the checkpoints. Its public key is put into `signers/`. */
  readonly signer: Signer;
  /** Names this server in what it signs: at most 128 characters. */
  readonly instanceId: string;
  /** A signed checkpoint is written after so many records. Default 1,000. */
  readonly checkpointRecords?: number;
  /** And so long after a record that is not signed yet. Default 60,000 ms. */
  readonly checkpointMs?: number;
  /** Records are kept so long at least. Default and least 1,096: three years. */
  readonly retentionDays?: number;
  /** A new file is begun after this many bytes. Default 64 MiB; sensible 1 MiB to 1 GiB. */
  readonly segmentSizeBytes?: number;
  /** Records that may wait for the disk; the next is refused. Default 16,384. */
  readonly queueRecordsMax?: number;
  /** Bytes that may wait for the disk; the next record is refused. Default 64 MiB. */
  readonly queueSizeBytesMax?: number;
  /**
   * How much of the newest files, in whole files and at least the last with records, is checked
   * before the log opens. Default 256 MiB, which takes about a second; `Infinity` checks all.
   * `verify` always checks all.
   */
  readonly verifyAtOpenBytes?: number;
  /** How a file is opened for appending; tests make it fail. */
  readonly openFile?: OpenSegmentFile;
}

/** The audit log in files. */
export interface AuditLog extends Audit {
  /**
   * Removes the files whose records are all older than the retention, after a signed record that
   * says so. To be called once a day; opening the log does it, too.
   * @returns how many records were removed
   */
  prune(nowMs: number): Promise<number>;
}

/**
 * Opens the log, and cuts away a last record whose write was cut short: such a one was never
 * acknowledged. Any other damage is refused.
 *
 * When a write fails, nothing more is acknowledged until the log is opened anew: what of it is on
 * the disk is not known.
 *
 * @throws AuditError BROKEN, naming the first broken record, UNUSABLE_PATH or CLOCK_BACKWARDS
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const directory = resolve(options.directory);
  const { retentionDays = retentionDaysMin, openFile = openSegmentFile } = options;
  if (retentionDays < retentionDaysMin) {
    throw new RangeError(`retentionDays is ${retentionDays}, and at least ${retentionDaysMin}`);
  }
  const start = await prepare(directory, options);
  const { closed, current, head } = start;
  const writer = await createLineWriter({
    head,
    segment: { firstSeq: current.firstSeq, sizeBytes: current.sizeBytes() },
    openFile,
    pathOf: (firstSeq) => join(directory, segmentName(firstSeq)),
  });
  const catalog = createCatalog(directory, closed, current);
  const segmentSizeBytes = options.segmentSizeBytes ?? segmentSizeBytesDefault;
  const appender = createAppender({
    start,
    writer,
    catalog,
    clock: options.clock,
    signer: options.signer,
    instanceId: options.instanceId,
    segmentSizeBytes: Math.min(segmentSizeBytes, segmentSizeBytesMax),
    checkpointRecords: options.checkpointRecords ?? checkpointRecordsDefault,
    checkpointMs: options.checkpointMs ?? checkpointMsDefault,
    queueRecordsMax: options.queueRecordsMax ?? queueRecordsMaxDefault,
    queueSizeBytesMax: options.queueSizeBytesMax ?? queueSizeBytesMaxDefault,
  });
  const log = createLog({ directory, options, retentionDays, writer, catalog, appender });
  try {
    await log.prune(options.clock.nowMs());
  } catch (thrown) {
    await log.close();
    throw thrown;
  }
  return log;
}

interface Parts {
  readonly directory: string;
  readonly options: AuditLogOptions;
  readonly retentionDays: number;
  readonly writer: LineWriter;
  readonly catalog: Catalog;
  readonly appender: Appender;
}

function createLog(parts: Parts): AuditLog {
  const { directory, writer, catalog, appender } = parts;
  const { signer, instanceId: instance } = parts.options;
  // No file is removed while a check is about to read it.
  const exclusive = createExclusive();
  const query: Audit["query"] = (filter, afterSeq) =>
    queryFiles(catalog.files(), { filter, afterSeq, untilSeq: writer.durable().seq });

  return {
    append: appender.append,
    head: writer.durable,
    signedHead: () =>
      signHead(signer, { ...writer.durable(), instance, timeMs: appender.timeMs() }),
    async hashOf(seq) {
      if (seq < 1 || seq > writer.durable().seq) return null;
      for await (const { record, hash } of query({}, seq - 1)) {
        return record.seq === seq ? hash : null;
      }
      return null;
    },
    query,
    verify: (signal) =>
      exclusive(() => {
        const order = { directory, until: writer.durable() };
        return runInThread("verify", order, signal === undefined ? {} : { signal });
      }),
    async files() {
      const signers = await listSigners(directory);
      return [
        ...signers.map((file) => ({ ...file, name: `${signersFolder}/${file.name}` })),
        ...durableFiles(parts),
      ];
    },
    prune: (nowMs) => exclusive(() => prune(parts, nowMs)),
    async close() {
      appender.end();
      await writer.close();
      await catalog.settle();
    },
  };
}

/** The segments as they are on the disk, oldest first. */
function durableFiles({ writer, catalog }: Parts): readonly Segment[] {
  const end = writer.durableEnd();
  return catalog
    .files()
    .filter(({ firstSeq }) => firstSeq <= end.firstSeq)
    .map(({ path, name, firstSeq, sizeBytes }) => ({
      path,
      name,
      firstSeq,
      sizeBytes: firstSeq === end.firstSeq ? end.sizeBytes : sizeBytes,
    }));
}

async function prune(parts: Parts, nowMs: number): Promise<number> {
  const { directory, retentionDays, writer, catalog, appender } = parts;
  const files = durableFiles(parts);
  const last = files.at(-1);
  if (last === undefined) return 0;
  // A clock that is far ahead removes nothing: the newest record's time bounds it.
  const untilMs = Math.min(nowMs, appender.newestTimeMs());
  const plan = await planPruning(files.slice(0, -1), last.firstSeq, untilMs, retentionDays);
  if (plan === null) return 0;
  writer.requireUsable();
  await appender.sign(pruneAct, plan.fields);
  catalog.forget(plan.files);
  await removeSegments(directory, plan.files);
  return plan.fields.records;
}

/** Checks what is there, the clock, and that the public key is among the known ones. */
async function prepare(directory: string, options: AuditLogOptions): Promise<Start> {
  const { clock, signer, verifyAtOpenBytes = verifyAtOpenBytesDefault } = options;
  await prepareDirectory(directory);
  const known = acceptSigners([...(await readSigners(directory)), signer.publicKey]);
  const start = await recover(directory, verifyAtOpenBytes, known);
  const nowMs = clock.nowMs();
  if (nowMs < start.newestTimeMs - clockBackwardsMsMax) {
    throw clockBackwards(nowMs, start.newestTimeMs);
  }
  try {
    await registerSigner(directory, signer.publicKey);
  } catch (cause) {
    throw unusable(directory, "cannot be written", cause);
  }
  return start;
}

function clockBackwards(nowMs: number, newestTimeMs: number): AuditError {
  const at = (timeMs: number) => new Date(timeMs).toISOString();
  return new AuditError(
    "CLOCK_BACKWARDS",
    `The clock says ${at(nowMs)}, and the newest audit record is of ${at(newestTimeMs)}. Set the ` +
      "clock right and start again. If it is right, it was ahead when that record was made: keep " +
      "the directory as it is for the inspection, and start with a new audit directory.",
  );
}
