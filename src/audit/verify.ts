import { open } from "node:fs/promises";
import { type ChainHead, checkLine, emptyChain, mayBeTorn, recordSizeBytesMax } from "./record.js";
import { listSegments, type Segment } from "./segments.js";

/** Bytes read at once; the process does other work between two reads. */
export const readSizeBytes = 262_144;

/** The first record that is not what was written. */
export interface BrokenRecord {
  /** The sequence number that is expected there. */
  readonly seq: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Where the line begins in its file. */
  readonly offsetBytes: number;
  readonly fault: string;
}

export type AuditVerification =
  | {
      readonly ok: true;
      /** Records checked. */
      readonly records: number;
      readonly head: ChainHead;
      /** Bytes of a last record whose write was cut short, which the next open cuts away. */
      readonly tornBytes: number;
    }
  | { readonly ok: false; readonly broken: BrokenRecord };

/**
 * Checks a whole log: every byte of every record, their order, and that no file or record is
 * missing between the first and the last. It reads the files once, in constant memory. What a
 * chain alone cannot show is that its last records were cut off at a record's end.
 *
 * @throws AuditError UNUSABLE_PATH when the directory cannot be read
 */
export async function verifyAuditLog(directory: string): Promise<AuditVerification> {
  return verifySegments(await listSegments(directory), {});
}

export interface VerifyOptions {
  /** Check begins with this file, trusting what came before. Default 0, which trusts nothing. */
  readonly fromSegment?: number;
  /** Check ends with this record, which must have this hash; later bytes are not looked at. */
  readonly until?: ChainHead;
}

/** What is known after part of the check. */
interface Progress {
  chain: ChainHead | null;
  records: number;
  tornBytes: number;
  done: boolean;
}

export async function verifySegments(
  segments: readonly Segment[],
  { fromSegment = 0, until }: VerifyOptions,
): Promise<AuditVerification> {
  const progress: Progress = {
    chain: fromSegment === 0 ? emptyChain : null,
    records: 0,
    tornBytes: 0,
    done: until?.seq === 0,
  };
  for (const [at, segment] of segments.entries()) {
    if (at < fromSegment || progress.done) continue;
    const isLast = at === segments.length - 1;
    const broken = await verifySegment(segment, isLast, progress, until);
    if (broken !== null) return { ok: false, broken };
  }
  const head = progress.chain ?? emptyChain;
  if (until !== undefined && !progress.done) {
    const file = segments.at(-1)?.name ?? "";
    const fault = `it is missing: the log ends before record ${until.seq}`;
    return { ok: false, broken: { seq: head.seq + 1, file, line: 0, offsetBytes: 0, fault } };
  }
  return { ok: true, records: progress.records, head, tornBytes: progress.tornBytes };
}

async function verifySegment(
  segment: Segment,
  isLast: boolean,
  progress: Progress,
  until: ChainHead | undefined,
): Promise<BrokenRecord | null> {
  let line = 0;
  let offsetBytes = 0;
  const brokenAs = (fault: string): BrokenRecord => ({
    seq: progress.chain === null ? segment.firstSeq : progress.chain.seq + 1,
    file: segment.name,
    line: line + 1,
    offsetBytes,
    fault,
  });
  if (progress.chain !== null && segment.firstSeq !== progress.chain.seq + 1) {
    return brokenAs("a file is missing, doubled or misnamed before it");
  }
  for await (const { bytes, ended } of linesOf(segment.path)) {
    if (!ended) {
      if (!isLast || !mayBeTorn(bytes, progress.chain)) return brokenAs("its end was altered");
      progress.tornBytes = bytes.length;
      return null;
    }
    const verdict = checkLine(bytes, progress.chain);
    if (!verdict.ok) return brokenAs(verdict.fault);
    if (line === 0 && verdict.head.seq !== segment.firstSeq) {
      return brokenAs(`its file is named after another record than ${verdict.head.seq}`);
    }
    if (verdict.head.seq === until?.seq) {
      if (verdict.head.hash !== until.hash) return brokenAs("it was replaced");
      progress.done = true;
    }
    progress.chain = verdict.head;
    progress.records += 1;
    line += 1;
    offsetBytes += bytes.length + 1;
    if (progress.done) return null;
  }
  if (line === 0 && !isLast) return brokenAs("its file is empty");
  return null;
}

interface Line {
  readonly bytes: Buffer;
  /** False for what stands after the last newline. */
  readonly ended: boolean;
}

/** The lines of a file. One longer than a record may be is given cut short, as it is broken. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  const handle = await open(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    while (true) {
      const chunk = Buffer.allocUnsafeSlow(readSizeBytes);
      const { bytesRead } = await handle.read(chunk, 0, readSizeBytes);
      if (bytesRead === 0) break;
      const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let to = text.indexOf(0x0a); to >= 0; to = text.indexOf(0x0a, from)) {
        yield { bytes: text.subarray(from, to), ended: true };
        from = to + 1;
      }
      rest = text.subarray(from);
      if (rest.length > recordSizeBytesMax) {
        yield { bytes: rest, ended: true };
        return;
      }
    }
    if (rest.length > 0) yield { bytes: rest, ended: false };
  } finally {
    await handle.close();
  }
}
