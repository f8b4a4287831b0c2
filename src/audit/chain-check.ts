import type { ChainHead } from "./audit.js";
import { parseRecord } from "./parse-record.js";
import { type LinePlace, mayBeOwnAct, placeFault, readLine } from "./record.js";
import { checkpointAct, pruneAct, signedFault } from "./signed-record.js";
import type { IsKnownSigner } from "./signers.js";

/** A record that must be there. */
export interface Expected extends ChainHead {
  /** The fault when another one is there. */
  readonly otherwise: string;
}

export interface ChainCheckOptions {
  /** What comes before the first line; null when that is not known. */
  readonly chain: ChainHead | null;
  readonly isKnownSigner: IsKnownSigner;
  readonly expected: readonly Expected[];
}

/** Checks lines one after another, as fast as they can be hashed. */
export interface ChainCheck {
  /**
   * @param bytes that hold the line from `from` to `to`, its newline not included
   * @param beginsFile whether it is the first of its file
   * @returns what is wrong with the line; null when it is the next of the chain
   */
  take(bytes: Buffer, from: number, to: number, beginsFile: boolean): string | null;
  /** The last line taken; what came before the first one; null when that is not known. */
  chain(): ChainHead | null;
  /** Lines taken. */
  records(): number;
  /** Signed ones among them. */
  checkpoints(): number;
  /** Lines since the last signed one. */
  sinceCheckpoint(): number;
  /** The newest time of all; minus infinity before the first. */
  newestTimeMs(): number;
  /** Whether a signed record says that everything before the first line was removed. */
  anchored(): boolean;
}

export function createChainCheck(options: ChainCheckOptions): ChainCheck {
  const { isKnownSigner, expected } = options;
  let chain = options.chain;
  let records = 0;
  let checkpoints = 0;
  let sinceCheckpoint = 0;
  let newestTimeMs = Number.NEGATIVE_INFINITY;
  let anchored = false;
  // The first record of each file, and the hash of the one before it.
  const fileStarts = new Map<number, string>();

  function takeOwn(bytes: Buffer, from: number, to: number, place: LinePlace): string | null {
    const record = parseRecord(bytes, from, to);
    if (record === null) return "its content is not an audit record";
    if (record.act !== checkpointAct && record.act !== pruneAct) return null;
    const fault = signedFault(record, place, isKnownSigner);
    if (fault !== null) return fault;
    checkpoints += 1;
    sinceCheckpoint = 0;
    const { firstSeq, anchorHash } = record.details;
    // Files go oldest first, so that the named one is here even if not all before it went.
    if (record.act === pruneAct && typeof firstSeq === "number") {
      anchored ||= fileStarts.get(firstSeq) === anchorHash;
    }
    return null;
  }

  return {
    take(bytes, from, to, beginsFile) {
      const place = readLine(bytes, from, to);
      if (typeof place === "string") return place;
      const misplaced = placeFault(place, chain);
      if (misplaced !== null) return misplaced;
      for (const { seq, hash, otherwise } of expected) {
        if (seq === place.seq && hash !== place.hash) return otherwise;
      }
      sinceCheckpoint += 1;
      if (beginsFile) fileStarts.set(place.seq, place.prev);
      if (mayBeOwnAct(bytes, from)) {
        const fault = takeOwn(bytes, from, to, place);
        if (fault !== null) return fault;
      }
      records += 1;
      chain = { seq: place.seq, hash: place.hash };
      if (place.timeMs > newestTimeMs) newestTimeMs = place.timeMs;
      return null;
    },
    chain: () => chain,
    records: () => records,
    checkpoints: () => checkpoints,
    sinceCheckpoint: () => sinceCheckpoint,
    newestTimeMs: () => newestTimeMs,
    anchored: () => anchored,
  };
}
