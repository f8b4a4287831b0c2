import { createHash } from "node:crypto";
import type { IndexContent } from "./memory-index.js";
import type { TimeTable } from "./segment-index.js";

/**
 * The index of a closed segment as a file beside it. It can be made again from the segment at any
 * time, so one that is of another version, stale or damaged is of no account.
 *
 *     header    32 words   magic, version, ..., SHA-256 of the file with this field zeroed
 *     times     float64    of every 256th record
 *     offsets   uint32     where each line begins in the segment, and where the last one ends
 *     fences    uint32     for each value of a term's first 10 bits: the first such entry
 *     terms     2 uint32   hash of a term, where its list begins; in order of the hashes
 *     lists     bytes      positions of records, ascending, as differences in LEB128
 *
 * Words are those of the machine, in practice little-endian; from another kind of machine the
 * magic does not match.
 */

const magic = 0x58444943;
const formatVersion = 1;
const headerWords = 32;
const headerSizeBytes = headerWords * 4;
const hashWord = 10;
const checksumWord = 18;
const hashWords = 8;
/** Terms are found by their first bits. */
const fenceBits = 10;
const fenceCount = (1 << fenceBits) + 1;

/** Where things are in the file, and what segment it is of. */
export interface SidecarHeader extends TimeTable {
  readonly firstSeq: number;
  readonly records: number;
  readonly segmentSizeBytes: number;
  /** Where the segment's last line begins, and its hash. */
  readonly lastOffsetBytes: number;
  readonly lastHash: string;
  readonly fences: Uint32Array;
  readonly offsetsAt: number;
  readonly termsAt: number;
  readonly listsAt: number;
}

/** @param lastHash hash of the segment's last record */
export function encodeSidecar(content: IndexContent, lastHash: string): Buffer {
  const { offsets, times, firstSeq } = content;
  const records = offsets.length - 1;
  const { terms, fences, lists } = encodeTerms(content.postings);
  const header = new Uint32Array(headerWords);
  header.set([
    magic,
    formatVersion,
    firstSeq % 2 ** 32,
    Math.floor(firstSeq / 2 ** 32),
    records,
    offsets[records] ?? 0,
    offsets[records - 1] ?? 0,
    content.inOrder ? 1 : 0,
    terms.length / 2 - 1,
    lists.length,
  ]);
  Buffer.from(header.buffer).write(lastHash, hashWord * 4, "hex");
  const parts = [header, times, offsets, fences, terms, lists];
  const file = Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
  file.set(checksumOf(file), checksumWord * 4);
  return file;
}

/** What such a file says of itself; null when it is of another version or damaged. */
export function decodeSidecar(file: Buffer): SidecarHeader | null {
  if (file.length < headerSizeBytes) return null;
  const words = new Uint32Array(headerWords);
  Buffer.from(words.buffer).set(file.subarray(0, headerSizeBytes));
  const [found, version, low = 0, high = 0, records = 0, size = 0, last = 0] = words;
  const [inOrder, terms = 0, listsSizeBytes = 0] = words.subarray(7, hashWord);
  if (found !== magic || version !== formatVersion) return null;
  const timesSizeBytes = Math.ceil(records / 256) * 8;
  const offsetsAt = headerSizeBytes + timesSizeBytes;
  const fencesAt = offsetsAt + (records + 1) * 4;
  const termsAt = fencesAt + fenceCount * 4;
  const listsAt = termsAt + (terms + 1) * 8;
  if (file.length !== listsAt + listsSizeBytes) return null;
  const checksum = file.subarray(checksumWord * 4, (checksumWord + hashWords) * 4);
  if (!checksumOf(file).equals(checksum)) return null;
  return {
    firstSeq: high * 2 ** 32 + low,
    records,
    segmentSizeBytes: size,
    lastOffsetBytes: last,
    lastHash: file.toString("hex", hashWord * 4, (hashWord + hashWords) * 4),
    times: new Float64Array(copyOf(file, headerSizeBytes, offsetsAt)),
    inOrder: inOrder === 1,
    fences: new Uint32Array(copyOf(file, fencesAt, termsAt)),
    offsetsAt,
    termsAt,
    listsAt,
  };
}

/** The entries that a term may be among: from the first to before the second. */
export function fencesOf({ fences }: SidecarHeader, term: number): readonly [number, number] {
  const fence = term >>> (32 - fenceBits);
  return [fences[fence] ?? 0, fences[fence + 1] ?? 0];
}

/** The positions of a list. */
export function decodeList(bytes: Uint8Array): Uint32Array {
  const positions = new Uint32Array(bytes.length);
  let count = 0;
  let position = 0;
  let difference = 0;
  let shift = 0;
  for (const byte of bytes) {
    difference |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte >= 0x80) continue;
    position += difference;
    positions[count++] = position;
    difference = 0;
    shift = 0;
  }
  return positions.subarray(0, count);
}

interface EncodedTerms {
  /** Hash and start of the list of each term; then an end. */
  readonly terms: Uint32Array;
  readonly fences: Uint32Array;
  readonly lists: Uint8Array;
}

function encodeTerms(postings: Uint32Array<ArrayBuffer>): EncodedTerms {
  // A pair is one number of 64 bits, the hash above the position: this puts both in order.
  const pairs = new BigUint64Array(postings.buffer, postings.byteOffset, postings.length / 2);
  pairs.sort();
  const lists = new Uint8Array(postings.length * 3);
  const terms: number[] = [];
  let size = 0;
  let position = 0;
  for (let at = 0; at < postings.length; at += 2) {
    const next = postings[at] ?? 0;
    const term = postings[at + 1] ?? 0;
    const isNew = at === 0 || term !== postings[at - 1];
    if (isNew) terms.push(term, size);
    // A record may name somebody twice.
    else if (next === position) continue;
    let difference = isNew ? next : next - position;
    for (; difference >= 0x80; difference >>>= 7) lists[size++] = (difference & 0x7f) | 0x80;
    lists[size++] = difference;
    position = next;
  }
  terms.push(0xffffffff, size);
  const entries = Uint32Array.from(terms);
  return { terms: entries, fences: fencesFor(entries), lists: lists.subarray(0, size) };
}

function fencesFor(terms: Uint32Array): Uint32Array {
  const fences = new Uint32Array(fenceCount);
  const count = terms.length / 2 - 1;
  let entry = 0;
  for (let fence = 0; fence < fenceCount - 1; fence++) {
    while (entry < count && (terms[entry * 2] ?? 0) >>> (32 - fenceBits) < fence) entry += 1;
    fences[fence] = entry;
  }
  fences[fenceCount - 1] = count;
  return fences;
}

function checksumOf(file: Buffer): Buffer {
  const start = checksumWord * 4;
  return createHash("sha256")
    .update(file.subarray(0, start))
    .update(file.subarray(start + hashWords * 4))
    .digest();
}

function copyOf(file: Buffer, from: number, to: number): ArrayBuffer {
  return file.buffer.slice(file.byteOffset + from, file.byteOffset + to) as ArrayBuffer;
}
