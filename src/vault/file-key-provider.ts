import { bindParts, gcmOpen, gcmOverheadBytes, gcmSeal, keySizeBytes } from "./gcm.js";
import { createKeyFile, type KeyEncryptionKey, readKeyFile } from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";
import { VaultError } from "./vault.js";

/** A wrapped key: format (1 byte), key version (4, big-endian), key id (8), then AES-256-GCM. */
const wrapFormat = 1;
const headerSizeBytes = 13;
const wrappedSizeBytes = headerSizeBytes + keySizeBytes + gcmOverheadBytes;

export interface FileKeyProviderOptions {
  /** Path of the key file, mode 0600. */
  readonly keyFile: string;
  /** Makes the file, with one new key, when there is none. */
  readonly createIfAbsent: boolean;
}

/**
 * The default key provider: a file on this machine.
 *
 * @throws VaultError when the file is absent (unless it is to be made), unsafe or damaged
 */
export async function openFileKeyProvider(options: FileKeyProviderOptions): Promise<KeyProvider> {
  let keys = await readKeyFile(options.keyFile);
  if (keys === null && options.createIfAbsent) {
    await createKeyFile(options.keyFile);
    keys = await readKeyFile(options.keyFile);
  }
  if (keys === null) {
    throw new VaultError(
      `There is no key file "${options.keyFile}". Restore it from its back-up; only a server ` +
        "that has enrolled nobody yet may start with a new one.",
    );
  }
  return keyProviderOf(keys);
}

/** A provider of keys held in memory, the newest first in use. */
function keyProviderOf(keys: readonly KeyEncryptionKey[]): KeyProvider {
  const newest = keys.at(-1);
  if (newest === undefined) throw new VaultError("A key provider needs at least one key.");
  let closed = false;
  const requireOpen = () => {
    if (closed) throw new VaultError("The key provider was closed.");
  };
  return {
    keyVersion: newest.version,
    wrap(dataKey, binding) {
      requireOpen();
      if (dataKey.length !== keySizeBytes) {
        throw new VaultError(`A data key is ${keySizeBytes} bytes long.`);
      }
      const header = headerOf(newest);
      return Buffer.concat([header, gcmSeal(newest.key, bound(header, binding), dataKey)]);
    },
    unwrap(wrapped, binding) {
      requireOpen();
      const { header, kek } = findKey(keys, wrapped);
      const body = wrapped.subarray(headerSizeBytes);
      const dataKey = gcmOpen(kek.key, bound(header, binding), body);
      if (dataKey !== null) return dataKey;
      throw new VaultError(
        "A wrapped key is damaged, or is another person's. Keep a copy of the database, then " +
          "restore the latest back-up.",
      );
    },
    close() {
      closed = true;
      for (const { key } of keys) key.fill(0);
    },
  };
}

function headerOf(kek: KeyEncryptionKey): Buffer {
  const header = Buffer.alloc(headerSizeBytes);
  header.writeUInt8(wrapFormat, 0);
  header.writeUInt32BE(kek.version, 1);
  kek.keyId.copy(header, 5);
  return header;
}

function bound(header: Buffer, binding: Uint8Array): Buffer {
  return Buffer.concat([bindParts("cordon/wrapped-key"), header, binding]);
}

function findKey(
  keys: readonly KeyEncryptionKey[],
  wrapped: Uint8Array,
): { header: Buffer; kek: KeyEncryptionKey } {
  if (wrapped.length !== wrappedSizeBytes || wrapped[0] !== wrapFormat) {
    throw new VaultError(
      "A wrapped key is not of the known format: it is damaged, or a newer Cordon wrote it.",
    );
  }
  const header = Buffer.from(wrapped.subarray(0, headerSizeBytes));
  const version = header.readUInt32BE(1);
  const keyId = header.subarray(5);
  const kek = keys.find((key) => key.version === version && key.keyId.equals(keyId));
  if (kek !== undefined) return { header, kek };
  throw new VaultError(
    `A person's key was wrapped by key ${version} (${keyId.toString("hex")}), which is not in the ` +
      "key file. Restore the key file that belongs to this database.",
  );
}
