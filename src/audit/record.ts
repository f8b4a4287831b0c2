import type { AuditEvent, ChainHead } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { canonicalJson } from "./canonical.js";
import { sha256Hex } from "./sha256.js";

/**
 * One line of the log: `{"hash":"<64 hex>","record":<canonical JSON>}` and a newline. The hash is
 * the SHA-256 of the record's bytes, and the record holds the hash of the one before it, so that
 * no byte can change without breaking the chain.
 */

/** Bytes of one line at most, the newline included. */
export const recordSizeBytesMax = 1_048_576;

/** `prev` of the very first record. */
export const genesisHash = "0".repeat(64);

export const emptyChain: ChainHead = { seq: 0, hash: genesisHash };

const hashStart = '{"hash":"';
const hashEnd = '","record":';
/** Where the record begins in its line. */
export const recordOffset = hashStart.length + 64 + hashEnd.length;
/** Acts that the log writes by itself begin so, in the bytes of a record. */
const ownActStart = '{"act":"audit.';
/** More than the bytes from `,"prev":` to the end of a line. */
const tailSizeBytes = 160;

/** A line to be written. */
export interface EncodedLine {
  readonly line: Buffer;
  readonly head: ChainHead;
  /** Hash of the record before it. */
  readonly prev: string;
  readonly timeMs: number;
}

/**
 * Makes the next line of the chain.
 *
 * @throws AuditError EVENT_INVALID when the event is not plain JSON, looks biometric or is too long
 */
export function encodeLine(event: AuditEvent, chain: ChainHead, timeMs: number): EncodedLine {
  if (!Number.isSafeInteger(timeMs)) {
    throw new AuditError("EVENT_INVALID", `An audit event of the time ${timeMs} was refused.`);
  }
  const { name, role, address } = event.actor;
  const seq = chain.seq + 1;
  const record =
    // The keys stand here in the order of the canonical form.
    `{"act":${canonicalJson(event.act, ["act"])},` +
    `"actor":${canonicalJson({ address, name, role }, ["actor"])},` +
    `"details":${canonicalJson(event.details, ["details"])},` +
    `"prev":"${chain.hash}","seq":${seq},"timeMs":${timeMs},"v":1}`;
  const size = recordOffset + scratch.write(record, recordOffset, "utf8") + lineEnd.length;
  // A record that was cut off fills the whole of it.
  if (size > recordSizeBytesMax) throw tooLong();
  const hash = sha256Hex(scratch.subarray(recordOffset, size - lineEnd.length));
  scratch.write(`${hashStart}${hash}${hashEnd}`, "latin1");
  scratch.write(lineEnd, size - lineEnd.length, "latin1");
  const line = Buffer.from(scratch.subarray(0, size));
  return { line, head: { seq, hash }, prev: chain.hash, timeMs };
}

/** Lines are made here, one at a time: it saves making each of them twice. */
const scratch = Buffer.allocUnsafeSlow(recordSizeBytesMax + 8);
const lineEnd = "}\n";

function tooLong(): AuditError {
  return new AuditError(
    "EVENT_INVALID",
    `An audit event was refused: its record has more than ${recordSizeBytesMax} bytes.`,
  );
}

/** What the bytes of a line say about its place in the chain. */
export interface LinePlace extends ChainHead {
  /** Hash of the record before it. */
  readonly prev: string;
  readonly timeMs: number;
}

/**
 * Checks a line by itself: its form, and that its hash is that of its content. The place in the
 * chain is read from the END of the line, without reading the JSON before it: `prev`, `seq`,
 * `timeMs` and `v` are the last members in the canonical order, and in JSON a quote after a comma
 * is never inside a string, so that nothing in `details` can pass for them.
 *
 * @param bytes that hold the line from `from` to `to`, its newline not included
 * @returns its place, or what is wrong with it
 */
export function readLine(bytes: Buffer, from: number, to: number): LinePlace | string {
  if (to - from <= recordOffset || bytes[to - 1] !== 0x7d) return notARecord;
  const hash = sha256Hex(bytes.subarray(from + recordOffset, to - 1));
  const start = bytes.toString("latin1", from, from + recordOffset);
  if (start !== `${hashStart}${hash}${hashEnd}`) {
    const formed = start.startsWith(hashStart) && start.endsWith(hashEnd);
    return formed ? "its hash is not that of its content" : notARecord;
  }
  const tail = bytes.toString("latin1", Math.max(from + recordOffset, to - tailSizeBytes), to - 1);
  const found = placePattern.exec(tail);
  if (found === null) return "its content is not an audit record";
  const [, prev = "", seq, timeMs] = found;
  return { hash, prev, seq: Number(seq), timeMs: Number(timeMs) };
}

const notARecord = "it is not an audit record";
const placePattern =
  /\},"prev":"([0-9a-f]{64})","seq":([1-9]\d{0,14}),"timeMs":(-?\d{1,15}(?:\.\d+)?),"v":1\}$/;

/** True when a line's act may be one that the log writes by itself, `audit.prune` for instance. */
export function mayBeOwnAct(bytes: Buffer, from: number): boolean {
  const start = from + recordOffset;
  return bytes.toString("latin1", start, start + ownActStart.length) === ownActStart;
}

/**
 * What is wrong with a record's place; null when it is the chain's next.
 *
 * @param chain what came before; null at the start of a check that begins in the middle
 */
export function placeFault(place: LinePlace, chain: ChainHead | null): string | null {
  if (chain === null) return null;
  if (place.seq !== chain.seq + 1) return `its sequence number is ${place.seq}`;
  if (place.prev !== chain.hash) return "it does not follow the record before it";
  return null;
}
