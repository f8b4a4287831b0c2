import type { AuditEvent } from "./audit.js";
import {
  dedupe,
  intersect,
  type SegmentIndex,
  type TimeTable,
  timeRangeOf,
  timeStride,
} from "./segment-index.js";
import { hashTerm, visitTerms } from "./terms.js";

/** The index of a file in the making. Takes about 12 bytes for each term of each record. */
export interface MemoryIndex extends SegmentIndex {
  /** The file's first record. */
  readonly firstSeq: number;
  /** Adds the next record. */
  add(record: AuditEvent, timeMs: number, sizeBytes: number): void;
  /** Bytes of all lines. */
  sizeBytes(): number;
  /** Everything it holds, copied: for the file that takes its place (sidecar-format.ts). */
  content(): IndexContent;
}

export interface IndexContent extends TimeTable {
  readonly firstSeq: number;
  /** Where each line begins, and where the last ends. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly times: Float64Array<ArrayBuffer>;
  /** Pairs of a record's position and the hash of a term, in the order of the records. */
  readonly postings: Uint32Array<ArrayBuffer>;
}

export function createMemoryIndex(firstSeq: number): MemoryIndex {
  const offsets = growing(1_024);
  const postings = growing(16_384);
  const times: number[] = [];
  let newestTimeMs = Number.NEGATIVE_INFINITY;
  let inOrder = true;
  let records = 0;
  let end = 0;
  offsets.push(0);

  /** Positions that have one of the terms. */
  function withAny(terms: readonly number[], from: number, to: number): Uint32Array {
    const found = growing(64);
    const all = postings.words();
    const [only] = terms;
    const wanted = new Set(terms);
    for (let at = 1; at < all.length; at += 2) {
      const term = all[at] ?? 0;
      if (terms.length === 1 ? term !== only : !wanted.has(term)) continue;
      const position = all[at - 1] ?? 0;
      if (position >= from && position < to) found.push(position);
    }
    return dedupe(found.words());
  }

  return {
    firstSeq,
    get records() {
      return records;
    },
    add(record, timeMs, sizeBytes) {
      if (records % timeStride === 0) times.push(timeMs);
      inOrder &&= timeMs >= newestTimeMs;
      newestTimeMs = Math.max(newestTimeMs, timeMs);
      visitTerms(record, (kind, value) => {
        postings.push(records);
        postings.push(hashTerm(kind, value));
      });
      end += sizeBytes;
      offsets.push(end);
      records += 1;
    },
    sizeBytes: () => end,
    timeRange: (fromMs, untilMs) =>
      timeRangeOf({ times: Float64Array.from(times), inOrder }, records, fromMs, untilMs),
    async find(terms, from, to) {
      const lists = terms.map((any) => withAny(any, from, to));
      return lists.reduce(intersect);
    },
    offsets: async (from, to) => offsets.words().slice(from, to + 1),
    content: () => ({
      firstSeq,
      offsets: offsets.words().slice(),
      postings: postings.words().slice(),
      times: Float64Array.from(times),
      inOrder,
    }),
  };
}

interface Growing {
  push(word: number): void;
  /** What was pushed; good until the next push. */
  words(): Uint32Array<ArrayBuffer>;
}

function growing(capacity: number): Growing {
  let words = new Uint32Array(capacity);
  let length = 0;
  return {
    push(word) {
      if (length === words.length) {
        const twice = new Uint32Array(length * 2);
        twice.set(words);
        words = twice;
      }
      words[length++] = word;
    },
    words: () => words.subarray(0, length),
  };
}
