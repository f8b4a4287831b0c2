import { createHash } from "node:crypto";
import { keySizeBytes } from "./gcm.js";
import { fillRandom } from "./random.js";
import { VaultError } from "./vault.js";

/** Versions fit 32 bits. */
export const keyVersionMax = 0xffff_ffff;
/** Bytes of a key's id. */
export const keyIdSizeBytes = 8;

/** What tells one key-encryption key from another. No secret. */
export interface KeyName {
  /** From 1. */
  readonly version: number;
  /** Eight bytes, derived from the key. */
  readonly keyId: Buffer;
}

/** One key-encryption key. */
export interface KeyEncryptionKey extends KeyName {
  /** 32 bytes. */
  readonly key: Buffer;
}

/** A new random key. */
export function newKeyEncryptionKey(version: number): KeyEncryptionKey {
  if (version > keyVersionMax) throw new VaultError("There is no further key version.");
  const key = Buffer.alloc(keySizeBytes);
  fillRandom(key, 0, keySizeBytes);
  return { version, keyId: keyIdOf(key), key };
}

/** The id of a key: of a random key of 256 bits, it tells nothing. */
export function keyIdOf(key: Uint8Array): Buffer {
  const digest = createHash("sha256").update("cordon key id\0").update(key).digest();
  return digest.subarray(0, keyIdSizeBytes);
}

/** Whether two lists name the same keys in the same order. */
export function sameKeys(one: readonly KeyName[], other: readonly KeyName[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ version, keyId }, at) => {
      const twin = other[at];
      return twin !== undefined && twin.version === version && twin.keyId.equals(keyId);
    })
  );
}
