import type { ChainHead } from "./audit.js";
import { AuditError } from "./audit-error.js";
import type { OpenSegmentFile, SegmentFile } from "./segments.js";

/** Bytes that one write takes together at most, when more wait. */
export const writeSizeBytesMax = 4_194_304;

export interface LineWriterOptions {
  /** The chain's last record on the disk. */
  readonly head: ChainHead;
  /** The file to go on with; null to begin a new one. */
  readonly segment: SegmentEnd | null;
  readonly openFile: OpenSegmentFile;
  readonly pathOf: (firstSeq: number) => string;
}

/** How far a file goes. */
export interface SegmentEnd {
  readonly firstSeq: number;
  readonly sizeBytes: number;
}

/** Writes lines in order; those that wait share one write (group commit). */
export interface LineWriter {
  /**
   * Resolves when the line is on the disk.
   * @param beginsFile whether a new file is begun with it
   */
  write(line: Buffer, head: ChainHead, beginsFile: boolean): Promise<void>;
  waitingRecords(): number;
  waitingBytes(): number;
  /** The last record on the disk. */
  durable(): ChainHead;
  /** The file that it is in, or that the next one will be in, as far as it is on the disk. */
  durableEnd(): SegmentEnd;
  /** From now on nothing is written: for a fault that is not the disk's. */
  fail(error: AuditError): void;
  /** @throws AuditError WRITE_FAILED or CLOSED */
  requireUsable(): void;
  /** Waits for what was accepted, and accepts no more. */
  close(): Promise<void>;
}

interface Waiting {
  readonly line: Buffer;
  readonly head: ChainHead;
  readonly beginsFile: boolean;
  readonly resolve: () => void;
  readonly reject: (error: AuditError) => void;
}

export async function createLineWriter(options: LineWriterOptions): Promise<LineWriter> {
  const { openFile, pathOf } = options;
  let end = options.segment ?? { firstSeq: options.head.seq + 1, sizeBytes: 0 };
  let file = await openOrExplain(openFile, pathOf(end.firstSeq));
  let durable = options.head;
  let waiting: Waiting[] = [];
  let waitingCount = 0;
  let waitingBytes = 0;
  let failure: AuditError | null = null;
  let closed = false;
  let running: Promise<void> | null = null;

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    if (first.beginsFile) {
      const full: SegmentFile = file;
      file = await openFile(pathOf(first.head.seq));
      end = { firstSeq: first.head.seq, sizeBytes: 0 };
      await full.close();
    }
    await file.append(batch.map(({ line }) => line));
    end = { firstSeq: end.firstSeq, sizeBytes: end.sizeBytes + sizeOf(batch) };
    durable = last.head;
  }

  async function drain(): Promise<void> {
    // Lets the other records of this turn of the event loop join the first write.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = takeBatch(waiting);
      waiting = batch.length === waiting.length ? [] : waiting.slice(batch.length);
      try {
        if (failure === null) await writeBatch(batch);
      } catch (cause) {
        failure ??= writeFailed(cause);
      }
      waitingCount -= batch.length;
      waitingBytes -= sizeOf(batch);
      for (const { head, resolve, reject } of batch) {
        // What is on the disk is, whatever else went wrong meanwhile.
        if (failure === null || head.seq <= durable.seq) resolve();
        else reject(failure);
      }
    }
    running = null;
  }

  return {
    write: (line, head, beginsFile) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ line, head, beginsFile, resolve, reject });
        waitingCount += 1;
        waitingBytes += line.length;
        running ??= drain();
      }),
    waitingRecords: () => waitingCount,
    waitingBytes: () => waitingBytes,
    durable: () => durable,
    durableEnd: () => end,
    requireUsable() {
      if (failure !== null) throw failure;
      if (closed) throw new AuditError("CLOSED", "The audit log was closed.");
    },
    fail(error) {
      failure ??= error;
    },
    async close() {
      if (closed) return;
      closed = true;
      await running;
      await file.close();
    },
  };
}

/** As many from the front as one write takes, one at least, and of one file. */
function takeBatch(waiting: readonly Waiting[]): readonly Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ line, beginsFile }, at) => {
    bytes += line.length;
    return at > 0 && (beginsFile || bytes > writeSizeBytesMax);
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

export function writeFailed(cause: unknown): AuditError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new AuditError(
    "WRITE_FAILED",
    `The audit log could not be written${code}. Nothing is answered without a record: mend or ` +
      "free the disk, then restart the server.",
    cause,
  );
}
