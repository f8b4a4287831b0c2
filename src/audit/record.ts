import { createHash } from "node:crypto";
import type { AuditEvent } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { canonicalJson } from "./canonical.js";

/**
 * One line of the log: `{"hash":"<64 hex>","record":<canonical JSON>}` and a newline. The hash is
 * the SHA-256 of the record's bytes, and the record holds the hash of the one before it, so that
 * no byte can change without breaking the chain.
 */

/** Bytes of one line at most, the newline included. */
export const recordSizeBytesMax = 1_048_576;

/** `prev` of the very first record. */
export const genesisHash = "0".repeat(64);

const newline = 0x0a;
const hashStart = '{"hash":"';
const hashEnd = '","record":';
const hashOffset = hashStart.length;
const recordOffset = hashOffset + 64 + hashEnd.length;
const head = /^\{"hash":"[0-9a-f]{64}","record":$/;

/** A place in the chain: the sequence number and hash of the last record. */
export interface ChainHead {
  /** 0 before the first record. */
  readonly seq: number;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

export const emptyChain: ChainHead = { seq: 0, hash: genesisHash };

/** A record, as it stands in the log. */
export interface AuditRecord extends AuditEvent {
  /** Version of the record's format. */
  readonly v: 1;
  /** From 1, without gaps. */
  readonly seq: number;
  /** When it was appended, by the server's clock. */
  readonly timeMs: number;
  /** Hash of the record before it. */
  readonly prev: string;
}

/**
 * Makes the next line of the chain.
 *
 * @throws AuditError EVENT_INVALID when the event is not plain JSON, looks biometric or is too long
 */
export function encodeLine(
  event: AuditEvent,
  chain: ChainHead,
  timeMs: number,
): { readonly line: Buffer; readonly head: ChainHead } {
  const { name, role, address } = event.actor;
  const record = canonicalJson({
    act: event.act,
    actor: { name, role, address },
    details: event.details,
    prev: chain.hash,
    seq: chain.seq + 1,
    timeMs,
    v: 1,
  });
  const hash = createHash("sha256").update(record).digest("hex");
  const line = Buffer.from(`${hashStart}${hash}${hashEnd}${record}}\n`, "utf8");
  if (line.length > recordSizeBytesMax) {
    throw new AuditError(
      "EVENT_INVALID",
      `An audit event of ${line.length} bytes was refused: at most ${recordSizeBytesMax} are allowed.`,
    );
  }
  return { line, head: { seq: chain.seq + 1, hash } };
}

/** What is wrong with a line; null when it is the chain's next. */
export type LineVerdict =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly fault: string };

/**
 * Checks that a line is the next of the chain, by its bytes alone.
 *
 * @param line without its newline
 * @param chain what came before; null at the start of a check that begins in the middle
 */
export function checkLine(line: Buffer, chain: ChainHead | null): LineVerdict {
  if (!head.test(line.toString("latin1", 0, recordOffset)) || line.at(-1) !== 0x7d) {
    return { ok: false, fault: "it is not an audit record" };
  }
  const stated = line.toString("latin1", hashOffset, hashOffset + 64);
  const bytes = line.subarray(recordOffset, line.length - 1);
  if (createHash("sha256").update(bytes).digest("hex") !== stated) {
    return { ok: false, fault: "its hash is not that of its content" };
  }
  const record = readChainFields(bytes);
  if (record === null) return { ok: false, fault: "its content is not an audit record" };
  if (chain !== null && record.seq !== chain.seq + 1) {
    return { ok: false, fault: `its sequence number is ${record.seq}` };
  }
  if (chain !== null && record.prev !== chain.hash) {
    return { ok: false, fault: "it does not follow the record before it" };
  }
  return { ok: true, head: { seq: record.seq, hash: stated } };
}

/**
 * True when the end of a file, after its last newline, may be the beginning of a record whose
 * write was cut short. A whole record with anything else than a newline after it never is: its
 * newline was altered.
 */
export function mayBeTorn(tail: Buffer, chain: ChainHead | null): boolean {
  if (tail.includes(newline)) return false;
  return !checkLine(tail.subarray(0, -1), chain).ok;
}

function readChainFields(bytes: Buffer): { seq: number; prev: string } | null {
  let record: unknown;
  try {
    record = JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
  if (typeof record !== "object" || record === null) return null;
  if (!("seq" in record) || !("prev" in record) || !("v" in record)) return null;
  const { seq, prev, v } = record;
  if (v !== 1 || typeof prev !== "string") return null;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return null;
  return { seq, prev };
}
