import { dirname } from "node:path";
import type { AuditVerification, BrokenRecord, ChainHead } from "./audit.js";
import { type ChainCheck, createChainCheck, type Expected } from "./chain-check.js";
import { lineBlocks, newline } from "./line-blocks.js";
import { emptyChain, placeFault, readLine, recordSizeBytesMax } from "./record.js";
import { type Segment, unusable } from "./segments.js";
import type { IsKnownSigner } from "./signers.js";

export interface VerifyOptions {
  /** Whose checkpoints count. */
  readonly isKnownSigner: IsKnownSigner;
  /** Check begins with this file, trusting what came before. Default 0, which trusts nothing. */
  readonly fromSegment?: number;
  /** Check ends with this record, which must have this hash; later bytes are not looked at. */
  readonly until?: ChainHead;
  /** A record that must be in the log, unless it was removed after its retention. */
  readonly mustHold?: Expected;
  /** Told after every few hundred kilobytes. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Told of every good line of the last file. @returns what is wrong with it, or null */
  readonly onLastFile?: (bytes: Buffer, from: number, to: number) => string | null;
}

export interface VerifyProgress {
  readonly records: number;
  readonly sizeBytes: number;
  readonly sizeBytesTotal: number;
}

/** A verification with what whoever goes on with the log needs. */
export interface Verified {
  readonly result: AuditVerification;
  /** Newest time of the records checked; minus infinity without any. */
  readonly newestTimeMs: number;
  readonly sinceCheckpoint: number;
}

/**
 * Checks files of a log in order: every byte of every record, their order, every signature, and
 * that no file or record is missing between the first and the last. It reads the files once, in
 * constant memory. What a chain alone cannot show is that its last records were cut off at a
 * record's end: a signed head that was kept elsewhere does.
 */
export async function verifySegments(
  segments: readonly Segment[],
  options: VerifyOptions,
): Promise<Verified> {
  const { fromSegment = 0, until, mustHold, isKnownSigner } = options;
  const first = segments[fromSegment];
  const startsAtOne = fromSegment === 0 && (first === undefined || first.firstSeq === 1);
  const expected: Expected[] = mustHold === undefined ? [] : [mustHold];
  if (until !== undefined) expected.push({ ...until, otherwise: "it was replaced" });
  const check = createChainCheck({
    chain: startsAtOne ? emptyChain : null,
    isKnownSigner,
    expected,
  });
  const walk: Walk = { check, options, segments, sizeBytes: 0, tornBytes: 0, at: null };
  const broken = await checkFiles(walk, fromSegment).catch((cause: unknown) => {
    throw unusable(dirname(first?.path ?? ""), "cannot be read", cause);
  });
  const head = check.chain() ?? emptyChain;
  const result: AuditVerification =
    broken === null
      ? {
          ok: true,
          records: check.records(),
          checkpoints: check.checkpoints(),
          firstSeq: segments[0]?.firstSeq ?? 1,
          head,
          tornBytes: walk.tornBytes,
        }
      : { ok: false, broken };
  return { result, newestTimeMs: check.newestTimeMs(), sinceCheckpoint: check.sinceCheckpoint() };
}

/** How far the check has come. */
interface Walk {
  readonly check: ChainCheck;
  readonly options: VerifyOptions;
  readonly segments: readonly Segment[];
  sizeBytes: number;
  tornBytes: number;
  /** The end of the last line checked. */
  at: { readonly file: string; readonly line: number; readonly offsetBytes: number } | null;
}

async function checkFiles(walk: Walk, fromSegment: number): Promise<BrokenRecord | null> {
  const { check, options, segments } = walk;
  for (const segment of segments.slice(fromSegment)) {
    if (isDone(walk)) break;
    const broken = await checkFile(walk, segment);
    if (broken !== null) return broken;
  }
  const head = check.chain() ?? emptyChain;
  const last = Math.max(options.until?.seq ?? 0, options.mustHold?.seq ?? 0);
  if (head.seq < last) {
    const place = walk.at ?? { file: segments.at(-1)?.name ?? "", line: 1, offsetBytes: 0 };
    const fault = `it is missing: the log ends before record ${last}`;
    return { seq: head.seq + 1, ...place, fault };
  }
  const first = segments[0];
  if (fromSegment > 0 || first === undefined || first.firstSeq === 1) return null;
  if (check.anchored() || options.until?.seq === 0) return null;
  const fault = "it is missing, and no signed record says that it was removed after its retention";
  return { seq: first.firstSeq - 1, file: first.name, line: 1, offsetBytes: 0, fault };
}

function isDone({ check, options: { until } }: Walk): boolean {
  return until !== undefined && (check.chain()?.seq ?? 0) >= until.seq;
}

async function checkFile(walk: Walk, segment: Segment): Promise<BrokenRecord | null> {
  const { check, options, segments } = walk;
  const isLast = segment === segments.at(-1);
  const onLine = isLast ? options.onLastFile : undefined;
  let line = 1;
  let offsetBytes = 0;
  const broken = (fault: string): BrokenRecord => {
    const chain = check.chain();
    const seq = chain === null ? segment.firstSeq : chain.seq + 1;
    return { seq, file: segment.name, line, offsetBytes, fault };
  };
  const before = check.chain();
  if (before !== null && segment.firstSeq !== before.seq + 1) {
    return broken("a file is missing, doubled or misnamed before it");
  }
  for await (const block of lineBlocks(segment.path)) {
    const { bytes } = block;
    if (!block.whole) {
      if (!isLast || !mayBeTorn(bytes, check.chain())) return broken("its end was altered");
      walk.tornBytes = bytes.length;
      break;
    }
    for (let from = 0; from < bytes.length && !isDone(walk); ) {
      const to = bytes.indexOf(newline, from);
      const fault =
        check.take(bytes, from, to, line === 1) ??
        misnamed(line, segment, check) ??
        onLine?.(bytes, from, to);
      if (fault !== null && fault !== undefined) return broken(fault);
      line += 1;
      offsetBytes += to + 1 - from;
      from = to + 1;
    }
    walk.sizeBytes += bytes.length;
    walk.at = { file: segment.name, line, offsetBytes };
    options.onProgress?.(progressOf(walk));
    if (isDone(walk)) return null;
  }
  return line === 1 && !isLast ? broken("its file is empty") : null;
}

function misnamed(line: number, segment: Segment, check: ChainCheck): string | null {
  const seq = check.chain()?.seq;
  if (line > 1 || seq === segment.firstSeq) return null;
  return `its file is named after another record than ${seq}`;
}

function progressOf({ check, segments, sizeBytes }: Walk): VerifyProgress {
  const sizeBytesTotal = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  return { records: check.records(), sizeBytes, sizeBytesTotal };
}

/**
 * True when the end of a file, after its last newline, may be the beginning of a record whose
 * write was cut short. A whole record with anything else than a newline after it never is: its
 * newline was altered.
 */
function mayBeTorn(tail: Buffer, chain: ChainHead | null): boolean {
  if (tail.length >= recordSizeBytesMax || tail.includes(newline)) return false;
  const place = readLine(tail, 0, tail.length - 1);
  return typeof place === "string" || placeFault(place, chain) !== null;
}
