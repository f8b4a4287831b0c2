import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { bindParts } from "./binding.js";
import { keySizeBytes } from "./gcm.js";
import { fillRandom } from "./random.js";
import { VaultError } from "./vault.js";

/**
 * Streams of any length, sealed in chunks: the STREAM construction (Hoang, Reyhanitabar, Rogaway
 * and Vizar, https://eprint.iacr.org/2015/189) over AES-256-GCM, each stream under a key of its
 * own, derived by HKDF-SHA256 from the given one and a random salt. A chunk's nonce holds its number
 * and whether it is the last, so that chunks cannot be changed, swapped, left out, or cut off at the
 * end, and what is opened is what was sealed up to there.
 *
 * A stream is a header, then chunks: each `streamChunkBytes` of plaintext but the last, which has
 * up to as much, and may have none.
 */
export const streamChunkBytes = 1_048_576;
const tagSizeBytes = 16;
/** Bytes of a chunk that is not the last. */
export const sealedChunkBytes = streamChunkBytes + tagSizeBytes;
const streamFormat = 1;
const saltSizeBytes = 32;
const prefixSizeBytes = 7;
/** Bytes of the header: format, salt, and the nonces' prefix. */
export const streamHeaderBytes = 1 + saltSizeBytes + prefixSizeBytes;
const chunksMax = 2 ** 32;
/**
 * Decrypted at once. Node frees a copy of each piece that nobody can zero; the next piece, of the
 * same length, takes its place in memory.
 */
const pieceBytes = 16_384;
const cipherName = "aes-256-gcm";
const tagLength = { authTagLength: tagSizeBytes };

/** Seals one stream. */
export interface StreamSealer {
  /** Goes before the chunks. */
  readonly header: Uint8Array;
  /**
   * @param plaintext exactly `streamChunkBytes`, of the last chunk at most; the caller zeroes it
   * @throws VaultError for a chunk of another length, and behind the last
   */
  seal(plaintext: Uint8Array, isLast: boolean): Buffer;
  /** Zeroes the key. */
  destroy(): void;
}

/** Opens one stream, chunk by chunk, in order. */
export interface StreamOpener {
  /**
   * @returns the plaintext, which the caller zeroes
   * @throws VaultError when anything about it is not as it was sealed
   */
  open(sealed: Uint8Array, isLast: boolean): Buffer;
  destroy(): void;
}

/**
 * @param key 32 bytes; not kept
 * @param bound must be given again to open
 */
export function sealStream(key: Uint8Array, bound: string): StreamSealer {
  const header = Buffer.alloc(streamHeaderBytes);
  header[0] = streamFormat;
  fillRandom(header, 1, saltSizeBytes + prefixSizeBytes);
  const stream = startStream(key, bound, header);
  return {
    header,
    seal(plaintext, isLast) {
      if (isLast ? plaintext.length > streamChunkBytes : plaintext.length !== streamChunkBytes) {
        throw new VaultError(`A chunk of a stream has ${streamChunkBytes} bytes, or is the last.`);
      }
      const cipher = createCipheriv(cipherName, stream.key, stream.nonce(isLast), tagLength);
      cipher.setAAD(stream.additional);
      const sealed = Buffer.allocUnsafe(plaintext.length + tagSizeBytes);
      sealed.set(cipher.update(plaintext), 0);
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    destroy: stream.destroy,
  };
}

/** @throws VaultError for a header that is none */
export function openStream(key: Uint8Array, bound: string, header: Uint8Array): StreamOpener {
  if (header.length !== streamHeaderBytes || header[0] !== streamFormat) {
    throw new VaultError("A sealed stream is not of the known format.");
  }
  const stream = startStream(key, bound, Buffer.from(header));
  return {
    open(sealed, isLast) {
      const size = sealed.length - tagSizeBytes;
      if (isLast ? size < 0 || size > streamChunkBytes : size !== streamChunkBytes) throw damaged();
      const decipher = createDecipheriv(cipherName, stream.key, stream.nonce(isLast), tagLength);
      decipher.setAAD(stream.additional);
      decipher.setAuthTag(sealed.subarray(size));
      const plaintext = Buffer.alloc(size);
      for (let at = 0; at < size; at += pieceBytes) {
        const piece = decipher.update(sealed.subarray(at, Math.min(at + pieceBytes, size)));
        plaintext.set(piece, at);
        piece.fill(0);
      }
      try {
        decipher.final();
        return plaintext;
      } catch {
        plaintext.fill(0);
        throw damaged();
      }
    },
    destroy: stream.destroy,
  };
}

function startStream(key: Uint8Array, bound: string, header: Buffer) {
  if (key.length !== keySizeBytes) throw new VaultError("A stream's key is 32 bytes long.");
  const additional = bindParts("cordon/stream", bound);
  const salt = header.subarray(1, 1 + saltSizeBytes);
  const own = Buffer.from(hkdfSync("sha256", key, salt, "cordon/stream-key", keySizeBytes));
  let next = 0;
  let ended = false;
  return {
    key: own,
    additional,
    /** Prefix (7 bytes), number (4, big-endian), 1 for the last. Each is given once. */
    nonce(isLast: boolean): Buffer {
      if (ended || next >= chunksMax) throw new VaultError("A stream was used behind its end.");
      const nonce = Buffer.alloc(prefixSizeBytes + 5);
      header.copy(nonce, 0, 1 + saltSizeBytes);
      nonce.writeUInt32BE(next, prefixSizeBytes);
      nonce[prefixSizeBytes + 4] = isLast ? 1 : 0;
      next += 1;
      ended = isLast;
      return nonce;
    },
    destroy(): void {
      ended = true;
      own.fill(0);
    },
  };
}

function damaged(): VaultError {
  return new VaultError("A sealed stream is damaged, cut short, or another one's.");
}
