import { bindParts } from "./binding.js";
import { gcmOpen, gcmOverheadBytes, gcmSeal, keySizeBytes } from "./gcm.js";
import { type KeyEncryptionKey, type KeyName, keyIdSizeBytes } from "./key-encryption-key.js";
import { VaultError } from "./vault.js";

/** A wrapped key: format (1 byte), key version (4, big-endian), key id (8), then AES-256-GCM. */
const wrapFormat = 1;
const versionAt = 1;
const keyIdAt = 5;
const headerSizeBytes = keyIdAt + keyIdSizeBytes;
/** Bytes of a wrapped key. */
export const wrappedSizeBytes = headerSizeBytes + keySizeBytes + gcmOverheadBytes;

const bindingPrefix = bindParts("cordon/wrapped-key");

/** A key-encryption key made ready to wrap and unwrap. */
export interface Wrapper {
  /**
   * Encrypts a key of 32 bytes, bound to `binding`.
   *
   * @param binding additional data that must be given again to unwrap
   */
  wrap(secret: Uint8Array, binding: Uint8Array): Buffer;
  /** Whether this key, by version and id, is the one that wrapped. */
  didWrap(wrapped: Uint8Array): boolean;
  /** Decrypts what it wrapped; null when the binding is another, or a bit is wrong. */
  unwrap(wrapped: Uint8Array, binding: Uint8Array): Buffer | null;
}

export function createWrapper({ version, keyId, key }: KeyEncryptionKey): Wrapper {
  const header = Buffer.alloc(headerSizeBytes);
  header.writeUInt8(wrapFormat, 0);
  header.writeUInt32BE(version, versionAt);
  header.set(keyId, keyIdAt);
  const prefix = Buffer.concat([bindingPrefix, header]);
  const bound = (binding: Uint8Array): Buffer => {
    const all = Buffer.allocUnsafe(prefix.length + binding.length);
    all.set(prefix, 0);
    all.set(binding, prefix.length);
    return all;
  };
  return {
    wrap(secret, binding) {
      if (secret.length !== keySizeBytes) {
        throw new VaultError(`A key to be wrapped is ${keySizeBytes} bytes long.`);
      }
      return gcmSeal(key, header, bound(binding), secret);
    },
    didWrap(wrapped) {
      if (wrapped.length !== wrappedSizeBytes) return false;
      for (let at = 0; at < headerSizeBytes; at++) if (wrapped[at] !== header[at]) return false;
      return true;
    },
    unwrap(wrapped, binding) {
      return gcmOpen(key, headerSizeBytes, bound(binding), wrapped);
    },
  };
}

/** Which key-encryption key wrapped this; null when it is no wrapped key. */
export function wrapperNameOf(wrapped: Uint8Array): KeyName | null {
  if (wrapped.length !== wrappedSizeBytes || wrapped[0] !== wrapFormat) return null;
  const header = Buffer.from(wrapped.subarray(0, headerSizeBytes));
  return { version: header.readUInt32BE(versionAt), keyId: header.subarray(keyIdAt) };
}
