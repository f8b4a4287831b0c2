import { appendParts, bindParts } from "./binding.js";
import { gcmOpen, gcmSeal, keySizeBytes } from "./gcm.js";
import { fillRandom } from "./random.js";
import { type PersonKey, VaultError } from "./vault.js";

/** A sealed field: format (1 byte), version of the person's data key (1 byte), AES-256-GCM. */
const sealFormat = 1;
/**
 * Version of a person's data key, bound into all that it seals. The version of the key-encryption
 * key is bound into the wrapped key instead, so that its rotation re-wraps and seals nothing anew.
 */
const dataKeyVersion = 1;
const sealHeader = Uint8Array.of(sealFormat, dataKeyVersion);
const sealPrefix = bindParts("cordon/sealed", String(sealFormat), String(dataKeyVersion));
const wrapPrefix = bindParts("person");

/** Bytes that one call seals at most. */
export const plaintextSizeBytesMax = 65_536;

/** What a person's wrapped key is bound to. */
export function personBinding(personId: string): Buffer {
  return appendParts(wrapPrefix, personId);
}

/** A new random data key. */
export function newDataKey(): Buffer {
  const dataKey = Buffer.allocUnsafe(keySizeBytes);
  fillRandom(dataKey, 0, keySizeBytes);
  return dataKey;
}

/** @param dataKey 32 bytes, which `destroy` zeroes */
export function personKeyOf(personId: string, dataKey: Buffer): PersonKey {
  let destroyed = false;
  const requireKey = () => {
    if (destroyed) throw new VaultError("A person's key was used after it was destroyed.");
  };
  return {
    seal(context, plaintext) {
      requireKey();
      if (plaintext.length > plaintextSizeBytesMax) {
        throw new VaultError(`At most ${plaintextSizeBytesMax} bytes can be sealed at once.`);
      }
      const additional = appendParts(sealPrefix, personId, context);
      return gcmSeal(dataKey, sealHeader, additional, plaintext);
    },
    open(context, sealed) {
      requireKey();
      if (sealed[0] !== sealFormat || sealed[1] !== dataKeyVersion) {
        throw new VaultError(
          "A sealed field is not of the known format: it is damaged, or a newer Cordon wrote it.",
        );
      }
      const additional = appendParts(sealPrefix, personId, context);
      const plaintext = gcmOpen(dataKey, sealHeader.length, additional, sealed);
      if (plaintext !== null) return plaintext;
      throw new VaultError(
        "A sealed field is damaged, or belongs to another person or record. Keep a copy of the " +
          "database, then restore the latest back-up.",
      );
    },
    destroy() {
      destroyed = true;
      dataKey.fill(0);
    },
  };
}
