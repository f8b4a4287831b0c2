import { createCipheriv, createDecipheriv } from "node:crypto";
import { fillRandom } from "./random.js";

/** AES-256-GCM with random 96-bit nonces and 128-bit tags (NIST SP 800-38D, 5.2.1, 8.2.2). */
export const keySizeBytes = 32;
const cipherName = "aes-256-gcm";
const nonceSizeBytes = 12;
const tagSizeBytes = 16;
const tagLength = { authTagLength: tagSizeBytes };

/** Bytes that sealing adds: the nonce before the ciphertext and the tag after it. */
export const gcmOverheadBytes = nonceSizeBytes + tagSizeBytes;

/**
 * Encrypts with a fresh random nonce. One key must seal at most 2^32 times (SP 800-38D, 8.3).
 *
 * @param header goes before the rest, in the clear; part of `additional` when it must not change
 * @returns header, nonce, ciphertext, tag
 */
export function gcmSeal(
  key: Uint8Array,
  header: Uint8Array,
  additional: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  const sealed = Buffer.allocUnsafe(header.length + plaintext.length + gcmOverheadBytes);
  sealed.set(header, 0);
  const nonceAt = header.length;
  const textAt = nonceAt + nonceSizeBytes;
  fillRandom(sealed, nonceAt, nonceSizeBytes);
  const nonce = sealed.subarray(nonceAt, textAt);
  const cipher = createCipheriv(cipherName, key, nonce, tagLength);
  cipher.setAAD(additional);
  sealed.set(cipher.update(plaintext), textAt);
  cipher.final();
  sealed.set(cipher.getAuthTag(), textAt + plaintext.length);
  return sealed;
}

/**
 * Decrypts what `gcmSeal` made, or returns null when anything about it is not genuine. Plaintext
 * that fails the check is zeroed, and never leaves.
 *
 * @param headerSizeBytes length of the header before the nonce; the caller has looked at it
 */
export function gcmOpen(
  key: Uint8Array,
  headerSizeBytes: number,
  additional: Uint8Array,
  sealed: Uint8Array,
): Buffer | null {
  if (sealed.length < headerSizeBytes + gcmOverheadBytes) return null;
  const textAt = headerSizeBytes + nonceSizeBytes;
  const tagAt = sealed.length - tagSizeBytes;
  const nonce = sealed.subarray(headerSizeBytes, textAt);
  const decipher = createDecipheriv(cipherName, key, nonce, tagLength);
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(textAt, tagAt));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}
