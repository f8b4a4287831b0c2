import { AuditError } from "./audit-error.js";
import type { ChainHead } from "./record.js";
import type { OpenSegmentFile, SegmentFile } from "./segments.js";

/** Bytes that one write and flush takes together at most, when more wait. */
export const flushSizeBytesMax = 4_194_304;

export interface LineWriterOptions {
  /** The chain's last record on the disk. */
  readonly head: ChainHead;
  /** The file to go on with; null to begin a new one. */
  readonly segment: { readonly path: string; readonly sizeBytes: number } | null;
  readonly segmentSizeBytes: number;
  readonly openFile: OpenSegmentFile;
  readonly pathOf: (firstSeq: number) => string;
}

/** Writes lines in order; those that wait share one write and one flush (group commit). */
export interface LineWriter {
  /** Resolves when the line is on the disk. */
  write(line: Buffer, head: ChainHead): Promise<void>;
  waitingRecords(): number;
  waitingBytes(): number;
  /** The last record on the disk. */
  durable(): ChainHead;
  /** @throws AuditError WRITE_FAILED or CLOSED */
  requireUsable(): void;
  /** Waits for what was accepted, and accepts no more. */
  close(): Promise<void>;
}

interface Waiting {
  readonly line: Buffer;
  readonly head: ChainHead;
  readonly resolve: () => void;
  readonly reject: (error: AuditError) => void;
}

export async function createLineWriter(options: LineWriterOptions): Promise<LineWriter> {
  const { segment, openFile, pathOf } = options;
  let file = await openOrExplain(openFile, segment?.path ?? pathOf(options.head.seq + 1));
  let sizeBytes = segment?.sizeBytes ?? 0;
  let durable = options.head;
  let waiting: Waiting[] = [];
  let waitingCount = 0;
  let waitingBytes = 0;
  let failure: AuditError | null = null;
  let closed = false;
  let running: Promise<void> | null = null;

  async function flushBatch(batch: readonly Waiting[]): Promise<void> {
    const first = batch[0];
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    if (sizeBytes >= options.segmentSizeBytes) {
      const full: SegmentFile = file;
      file = await openFile(pathOf(first.head.seq));
      sizeBytes = 0;
      await full.close();
    }
    await file.append(batch.map(({ line }) => line));
    await file.flush();
    sizeBytes += sizeOf(batch);
    durable = last.head;
  }

  async function drain(): Promise<void> {
    // Lets the other records of this turn of the event loop join the first flush.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = takeBatch(waiting);
      waiting = waiting.slice(batch.length);
      try {
        if (failure === null) await flushBatch(batch);
      } catch (cause) {
        failure = writeFailed(cause);
      }
      waitingCount -= batch.length;
      waitingBytes -= sizeOf(batch);
      for (const { resolve, reject } of batch) {
        if (failure === null) resolve();
        else reject(failure);
      }
    }
    running = null;
  }

  return {
    write: (line, head) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ line, head, resolve, reject });
        waitingCount += 1;
        waitingBytes += line.length;
        running ??= drain();
      }),
    waitingRecords: () => waitingCount,
    waitingBytes: () => waitingBytes,
    durable: () => durable,
    requireUsable() {
      if (failure !== null) throw failure;
      if (closed) throw new AuditError("CLOSED", "The audit log was closed.");
    },
    async close() {
      if (closed) return;
      closed = true;
      await running;
      await file.close();
    },
  };
}

/** As many from the front as one flush takes; one at least. */
function takeBatch(waiting: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ line }, at) => {
    bytes += line.length;
    return at > 0 && bytes > flushSizeBytesMax;
  });
  return end < 0 ? waiting : waiting.slice(0, end);
}

function sizeOf(batch: readonly Waiting[]): number {
  return batch.reduce((sum, { line }) => sum + line.length, 0);
}

async function openOrExplain(openFile: OpenSegmentFile, path: string): Promise<SegmentFile> {
  try {
    return await openFile(path);
  } catch (cause) {
    throw new AuditError(
      "UNUSABLE_PATH",
      `The audit file "${path}" cannot be opened for writing. Make it and its directory writable ` +
        "by the user who runs this server, and see that the disk has room.",
      cause,
    );
  }
}

function writeFailed(cause: unknown): AuditError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new AuditError(
    "WRITE_FAILED",
    `The audit log could not be written${code}. Nothing is answered without a record: mend or ` +
      "free the disk, then restart the server.",
    cause,
  );
}
