import { endianness } from "node:os";
import { VaultError } from "../../vault/vault.js";
import type { PackedEntries } from "../rows.js";
import type { SealedReader, SealedWriter } from "./sealed-file.js";

/**
 * What a file of a snapshot is made of, after it was opened: frames, each a kind (1 byte), the
 * length of what follows (4 bytes), and that. Numbers and floats are little-endian.
 *
 *     gallery, labels*, graph*, rows*   for each gallery
 *     end
 *
 * It was sealed, so what is read was written by a Cordon. It is checked all the same: a native
 * library reads a part of it.
 */
export const frameKinds = { gallery: 1, labels: 2, graph: 3, rows: 4, end: 5 } as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

/** Largest frame. */
export const frameBytesMax = 4 * 1_048_576;
/** Labels in one frame. */
export const labelsPerFrame = 262_144;
const headBytes = 5;
const floatBytes = 4;
const isLittleEndian = endianness() === "LE";

export interface Frame {
  readonly kind: FrameKind;
  /** The caller zeroes it. */
  readonly bytes: Buffer;
}

export function writeFrame(writer: SealedWriter, kind: FrameKind, bytes: Uint8Array): void {
  if (bytes.length > frameBytesMax) throw new RangeError("a frame is too large");
  const head = Buffer.alloc(headBytes);
  head[0] = kind;
  head.writeUInt32LE(bytes.length, 1);
  writer.write(head);
  writer.write(bytes);
}

/** @throws VaultError for what is no frame */
export function readFrame(reader: SealedReader): Frame {
  const head = Buffer.alloc(headBytes);
  reader.read(head);
  const size = head.readUInt32LE(1);
  const kind = Object.values(frameKinds).find((known) => known === head[0]);
  if (kind === undefined || size > frameBytesMax) throw malformed("a frame");
  const bytes = Buffer.alloc(size);
  reader.read(bytes);
  return { kind, bytes };
}

/** Rows: how many (4 bytes), their ids with lengths (2 bytes), zeros up to a float, the floats. */
export function packRows({ templateIds, personIds, vectors }: PackedEntries): Buffer {
  const ids: Buffer[] = [];
  for (const id of templateIds.flatMap((templateId, i) => [templateId, personIds[i] as string])) {
    const text = Buffer.from(id, "utf8");
    const length = Buffer.alloc(2);
    length.writeUInt16LE(text.length);
    ids.push(length, text);
  }
  const count = Buffer.alloc(4);
  count.writeUInt32LE(templateIds.length);
  const size = ids.reduce((sum, { length }) => sum + length, count.length);
  const padding = Buffer.alloc((floatBytes - (size % floatBytes)) % floatBytes);
  const floats = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const packed = Buffer.concat([count, ...ids, padding, floats]);
  if (!isLittleEndian) packed.subarray(size + padding.length).swap32();
  return packed;
}

/** @throws VaultError */
export function unpackRows(bytes: Buffer, dimension: number): PackedEntries {
  let at = 4;
  const take = (size: number): number => {
    if (at + size > bytes.length) throw malformed("rows");
    at += size;
    return at - size;
  };
  const id = (): string => {
    const length = bytes.readUInt16LE(take(2));
    const from = take(length);
    return bytes.toString("utf8", from, from + length);
  };
  if (bytes.length < at) throw malformed("rows");
  const count = bytes.readUInt32LE(0);
  if (count * dimension * floatBytes > bytes.length) throw malformed("rows");
  const templateIds: string[] = [];
  const personIds: string[] = [];
  for (let i = 0; i < count; i += 1) {
    templateIds.push(id());
    personIds.push(id());
  }
  take((floatBytes - (at % floatBytes)) % floatBytes);
  const vectors = new Float32Array(count * dimension);
  const floats = Buffer.from(vectors.buffer);
  if (bytes.length - at !== floats.length) throw malformed("rows");
  bytes.copy(floats, 0, at);
  if (!isLittleEndian) floats.swap32();
  return { templateIds, personIds, vectors };
}

export function packLabels(labels: readonly number[]): Buffer {
  const bytes = Buffer.alloc(labels.length * 4);
  for (let i = 0; i < labels.length; i += 1) bytes.writeUInt32LE(labels[i] as number, i * 4);
  return bytes;
}

/** @throws VaultError */
export function unpackLabels(bytes: Buffer): number[] {
  if (bytes.length % 4 !== 0) throw malformed("labels");
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
}

export function malformed(what: string): VaultError {
  return new VaultError(`A snapshot's ${what} cannot be what a Cordon has written.`);
}
