import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** AES-256-GCM with random 96-bit nonces and 128-bit tags (NIST SP 800-38D, 5.2.1, 8.2.2). */
export const keySizeBytes = 32;
const nonceSizeBytes = 12;
const tagSizeBytes = 16;

/** Bytes that sealing adds: the nonce before the ciphertext and the tag after it. */
export const gcmOverheadBytes = nonceSizeBytes + tagSizeBytes;

/**
 * Encrypts with a fresh random nonce. One key must seal at most 2^32 times (SP 800-38D, 8.3).
 *
 * @returns nonce, ciphertext, tag
 */
export function gcmSeal(key: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(nonceSizeBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagSizeBytes });
  cipher.setAAD(additional);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/**
 * Decrypts what `gcmSeal` made, or returns null when anything about it is not genuine. Plaintext
 * that fails the check is zeroed, and never leaves.
 */
export function gcmOpen(
  key: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Buffer | null {
  if (sealed.length < gcmOverheadBytes) return null;
  const nonce = sealed.subarray(0, nonceSizeBytes);
  const tag = sealed.subarray(sealed.length - tagSizeBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagSizeBytes });
  decipher.setAAD(additional);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(sealed.subarray(nonceSizeBytes, sealed.length - tagSizeBytes));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}

/**
 * Additional data of several parts, each preceded by its length in bytes, so that no two lists
 * of parts make the same bytes.
 */
export function bindParts(...parts: readonly (string | number)[]): Buffer {
  const encoded = parts.map((part) => Buffer.from(String(part), "utf8"));
  const lengths = encoded.map((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return length;
  });
  return Buffer.concat(lengths.flatMap((length, at) => [length, encoded[at] ?? length]));
}
