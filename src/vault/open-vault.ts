import { randomBytes } from "node:crypto";
import { type FileKeyProviderOptions, openFileKeyProvider } from "./file-key-provider.js";
import { bindParts, gcmOpen, gcmSeal, keySizeBytes } from "./gcm.js";
import type { KeyProvider } from "./key-provider.js";
import { type PersonKey, type Vault, VaultError } from "./vault.js";

/** A sealed field: format (1 byte), version of the person's data key (1 byte), AES-256-GCM. */
const sealFormat = 1;
/**
 * Version of a person's data key, bound into all that it seals. The version of the key-encryption
 * key is bound into the wrapped key instead, so that its rotation re-wraps and seals nothing anew.
 */
const dataKeyVersion = 1;
const sealHeader = Uint8Array.of(sealFormat, dataKeyVersion);

/** Bytes that one call seals at most. */
export const plaintextSizeBytesMax = 65_536;

/**
 * Opens the vault with the default key provider, a file.
 *
 * @throws VaultError when the key file is absent, unsafe or damaged
 */
export async function openVault(options: FileKeyProviderOptions): Promise<Vault> {
  return createVault(await openFileKeyProvider(options));
}

/** A vault whose key-encryption key comes from `provider`. */
export function createVault(provider: KeyProvider): Vault {
  return {
    keyVersion: provider.keyVersion,
    newPersonKey(personId) {
      const dataKey = randomBytes(keySizeBytes);
      try {
        return provider.wrap(dataKey, wrapBinding(personId));
      } finally {
        dataKey.fill(0);
      }
    },
    openPersonKey(personId, wrappedKey) {
      return personKeyOf(personId, provider.unwrap(wrappedKey, wrapBinding(personId)));
    },
  };
}

function personKeyOf(personId: string, dataKey: Buffer): PersonKey {
  let destroyed = false;
  const requireKey = () => {
    if (destroyed) throw new VaultError("A person's key was used after it was destroyed.");
  };
  const binding = (context: string) =>
    bindParts("cordon/sealed", sealFormat, dataKeyVersion, personId, context);
  return {
    seal(context, plaintext) {
      requireKey();
      if (plaintext.length > plaintextSizeBytesMax) {
        throw new VaultError(`At most ${plaintextSizeBytesMax} bytes can be sealed at once.`);
      }
      return Buffer.concat([sealHeader, gcmSeal(dataKey, binding(context), plaintext)]);
    },
    open(context, sealed) {
      requireKey();
      if (sealed[0] !== sealFormat || sealed[1] !== dataKeyVersion) {
        throw new VaultError(
          "A sealed field is not of the known format: it is damaged, or a newer Cordon wrote it.",
        );
      }
      const plaintext = gcmOpen(dataKey, binding(context), sealed.subarray(sealHeader.length));
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

function wrapBinding(personId: string): Buffer {
  return bindParts("person", personId);
}
