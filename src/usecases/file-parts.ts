import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { abortError } from "../base/errors.js";

/** Bytes of one part. */
export const PART_SIZE_BYTES = 262_144;

/** A file as it is sent: its bytes in parts, then what they must have come to. */
export type FilePart =
  | { readonly data: Uint8Array }
  | {
      readonly fileEnd: {
        readonly name: string;
        readonly sizeBytes: number;
        /** 32 bytes. */
        readonly sha256: Uint8Array;
      };
    };

/**
 * Sends one file, pulled no faster than it is taken.
 *
 * @param chunks its bytes, as `chunksOfBytes` or `chunksOfFile` give them
 * @throws CordonError CANCELLED, or why the signal was aborted
 */
export async function* fileParts(
  name: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<FilePart> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const data of chunks) {
    if (signal.aborted) throw abortError(signal);
    hash.update(data);
    sizeBytes += data.length;
    yield { data };
  }
  yield { fileEnd: { name, sizeBytes, sha256: hash.digest() } };
}

/** Views of the bytes, of one part each. */
export function* chunksOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PART_SIZE_BYTES) {
    yield bytes.subarray(at, at + PART_SIZE_BYTES);
  }
}

/**
 * Reads the next `sizeBytes` of an open file. Each chunk is memory of its own.
 *
 * @throws Error when the file ends before
 */
export async function* chunksOfFile(
  handle: FileHandle,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; ) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(PART_SIZE_BYTES, left));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length);
    if (bytesRead === 0) throw new Error(`a file that is sent ended ${left} bytes early`);
    left -= bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
