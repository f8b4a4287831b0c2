import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import {
  openStream,
  sealedChunkBytes,
  sealStream,
  streamChunkBytes,
  streamHeaderBytes,
} from "../../vault/sealed-stream.js";
import { VaultError } from "../../vault/vault.js";

/** What a file of a snapshot is sealed with. */
export interface SealedBy {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What the file is: another one does not open in its place. */
  readonly bound: string;
}

/** Writes a new file, mode 0600, of which nothing but its length shows what is in it. */
export interface SealedWriter {
  write(bytes: Uint8Array): void;
  /** Writes the rest and puts the file on the disk. @returns its length */
  end(): number;
  /** Closes the file, whole or not, and zeroes what is held. */
  close(): void;
}

/** @throws Error of the file system: there is such a file, or none can be made */
export function createSealedWriter(path: string, { key, bound }: SealedBy): SealedWriter {
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  const sealer = sealStream(key, bound);
  const chunk = Buffer.alloc(streamChunkBytes);
  let held = 0;
  let written = put(file, sealer.header);
  let isOpen = true;
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (held === streamChunkBytes) {
          written += put(file, sealer.seal(chunk, false));
          held = 0;
        }
        const size = Math.min(bytes.length - at, streamChunkBytes - held);
        chunk.set(bytes.subarray(at, at + size), held);
        held += size;
        at += size;
      }
    },
    end() {
      written += put(file, sealer.seal(chunk.subarray(0, held), true));
      fsyncSync(file);
      return written;
    },
    close() {
      chunk.fill(0);
      sealer.destroy();
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function put(file: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
  return bytes.length;
}

/** Reads such a file from its beginning. Nothing leaves it that was not proven genuine. */
export interface SealedReader {
  /**
   * Fills `into`.
   * @throws VaultError when the file is damaged, cut short, another one's, or ends before that
   */
  read(into: Uint8Array): void;
  /** @throws VaultError unless everything was read */
  requireEnd(): void;
  close(): void;
}

/** @throws Error of the file system, or VaultError */
export function createSealedReader(path: string, { key, bound }: SealedBy): SealedReader {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return startReading(file, { key, bound });
  } catch (thrown) {
    closeSync(file);
    throw thrown;
  }
}

function startReading(file: number, { key, bound }: SealedBy): SealedReader {
  let left = fstatSync(file).size;
  const take = (size: number): Buffer => {
    const bytes = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const read = readSync(file, bytes, at, size - at, null);
      if (read === 0) throw cutShort();
      at += read;
    }
    left -= size;
    return bytes;
  };
  const opener = openStream(key, bound, take(Math.min(left, streamHeaderBytes)));
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;
  let isLast = false;
  let isOpen = true;

  /** False at the end. */
  function next(): boolean {
    if (isLast) return false;
    const size = Math.min(left, sealedChunkBytes);
    isLast = size === left;
    chunk.fill(0);
    chunk = opener.open(take(size), isLast);
    at = 0;
    return true;
  }

  return {
    read(into) {
      for (let filled = 0; filled < into.length; ) {
        if (at === chunk.length && !next()) throw cutShort();
        const size = Math.min(chunk.length - at, into.length - filled);
        into.set(chunk.subarray(at, at + size), filled);
        filled += size;
        at += size;
      }
    },
    requireEnd() {
      while (at === chunk.length && next());
      if (at < chunk.length) throw new VaultError("A sealed file holds more than it should.");
    },
    close() {
      chunk.fill(0);
      opener.destroy();
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function cutShort(): VaultError {
  return new VaultError("A sealed file ends before it should.");
}
