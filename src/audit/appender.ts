import type { Clock } from "../base/clock.js";
import { CordonError } from "../base/errors.js";
import type { Signer } from "../vault/vault.js";
import type { AuditEvent, JsonValue } from "./audit.js";
import { AuditError } from "./audit-error.js";
import type { Catalog } from "./catalog.js";
import { type LineWriter, writeFailed } from "./line-writer.js";
import { type EncodedLine, encodeLine } from "./record.js";
import type { Start } from "./recover.js";
import { checkpointAct, pruneAct, signedEvent } from "./signed-record.js";

/**
 * How far the clock may be behind the newest record. So far a time server sets a clock back; more
 * is a wrong clock, and records of a wrong time prove nothing.
 */
export const clockBackwardsMsMax = 300_000;

export interface AppenderOptions {
  readonly start: Start;
  readonly writer: LineWriter;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly instanceId: string;
  readonly segmentSizeBytes: number;
  readonly checkpointRecords: number;
  readonly checkpointMs: number;
  readonly queueRecordsMax: number;
  readonly queueSizeBytesMax: number;
}

/** Puts records into the chain, and signs it every now and then. */
export interface Appender {
  /** As `Audit.append`. */
  append(event: AuditEvent): Promise<number>;
  /** Appends a record that the log signs by itself; resolves when it is on the disk. */
  sign(act: string, fields?: Readonly<Record<string, JsonValue>>): Promise<void>;
  /** The time that a record would have now: never less than that of the one before. */
  timeMs(): number;
  /** Time of the newest record; minus infinity when there is none. */
  newestTimeMs(): number;
  /** Signs what is not signed yet, if that is possible, and lets no timer go off any more. */
  end(): void;
}

export function createAppender(options: AppenderOptions): Appender {
  const { writer, catalog, clock, signer, instanceId: instance, start } = options;
  let chain = start.head;
  let newestTimeMs = start.newestTimeMs;
  let sinceCheckpoint = start.sinceCheckpoint;
  let fileSizeBytes = start.current.sizeBytes();
  let fileIsFull = fileSizeBytes >= options.segmentSizeBytes;
  let timer: NodeJS.Timeout | null = null;
  if (sinceCheckpoint > 0) arm();

  const timeMs = () => Math.max(Math.floor(clock.nowMs()), newestTimeMs);

  /** No await in it: records enter the chain in the order in which they are written. */
  function put(event: AuditEvent, encoded: EncodedLine): Promise<void> {
    const { line, head } = encoded;
    const beginsFile = fileIsFull;
    fileIsFull = false;
    fileSizeBytes = line.length + (beginsFile ? 0 : fileSizeBytes);
    chain = head;
    newestTimeMs = encoded.timeMs;
    catalog.add(event, encoded, beginsFile);
    return writer.write(line, head, beginsFile);
  }

  async function sign(act: string, fields: Readonly<Record<string, JsonValue>> = {}) {
    disarm();
    const claim = { ...chain, instance, timeMs: timeMs() };
    try {
      const event = signedEvent(signer, act, claim, fields);
      const encoded = encodeLine(event, chain, claim.timeMs);
      sinceCheckpoint = 0;
      await put(event, encoded);
    } catch (cause) {
      // Whoever appends is told; this may be nobody's call.
      writer.fail(cause instanceof AuditError ? cause : writeFailed(cause));
      throw cause;
    }
  }

  function checkpoint(): void {
    void sign(checkpointAct).catch(() => undefined);
  }

  function arm(): void {
    timer ??= setTimeout(checkpoint, options.checkpointMs).unref();
  }

  function disarm(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function signIfDue(): void {
    sinceCheckpoint += 1;
    const isFull = fileSizeBytes >= options.segmentSizeBytes;
    if (isFull || sinceCheckpoint >= options.checkpointRecords) checkpoint();
    else arm();
    fileIsFull = isFull;
  }

  return {
    async append(event) {
      writer.requireUsable();
      if (writer.waitingRecords() >= options.queueRecordsMax) throw queueFull();
      if (event.act === checkpointAct || event.act === pruneAct) throw reserved(event.act);
      if (clock.nowMs() < newestTimeMs - clockBackwardsMsMax) throw clockBackwards();
      const encoded = encodeLine(event, chain, timeMs());
      if (writer.waitingBytes() + encoded.line.length > options.queueSizeBytesMax) {
        throw queueFull();
      }
      const written = put(event, encoded);
      signIfDue();
      await written;
      return encoded.head.seq;
    },
    sign,
    timeMs,
    newestTimeMs: () => newestTimeMs,
    end() {
      if (sinceCheckpoint > 0) checkpoint();
      disarm();
    },
  };
}

function queueFull(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "Too many audit records wait for the disk already. Try again a little later.",
    retryAfterMs: 1_000,
  });
}

function clockBackwards(): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "CLOCK_BACKWARDS",
    message:
      "This server's clock went back behind its newest audit record by more than " +
      `${clockBackwardsMsMax / 60_000} minutes, and nothing is answered without a record. Set the ` +
      "clock right.",
    retryAfterMs: 1_000,
  });
}

function reserved(act: string): AuditError {
  return new AuditError("EVENT_INVALID", `Only the audit log itself makes records "${act}".`);
}
