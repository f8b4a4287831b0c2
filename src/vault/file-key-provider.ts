import { keySizeBytes } from "./gcm.js";
import { type KeyEncryptionKey, keyIdOf } from "./key-encryption-key.js";
import {
  createKeyFile,
  type KeyEntry,
  keyFileRemedy,
  readHeldKeys,
  readKeyFile,
  replaceKeyFile,
} from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";
import { VaultError } from "./vault.js";

/**
 * The default key provider: the keys stand in a file on this machine, mode 0600.
 *
 * @param path of the key file
 */
export function createFileKeyProvider(path: string): KeyProvider {
  return {
    name: "file",
    async load() {
      const entries = await readKeyFile(path, "file");
      return entries?.map((entry) => keyOf(path, entry)) ?? null;
    },
    create: (key) => createKeyFile(path, "file", entryOf(key)),
    async append(held, key) {
      const entries = await readHeldKeys(path, "file", held);
      await replaceKeyFile(path, "file", [...entries, entryOf(key)], { wipe: false });
    },
    async retainNewest(held) {
      const entries = await readHeldKeys(path, "file", held);
      await replaceKeyFile(path, "file", entries.slice(-1), { wipe: true });
    },
  };
}

function entryOf({ version, keyId, key }: KeyEncryptionKey): KeyEntry {
  return { version, keyId: keyId.toString("hex"), key: key.toString("base64") };
}

function keyOf(path: string, entry: KeyEntry): KeyEncryptionKey {
  const pooled = Buffer.from(entry.key, "base64");
  // Of its own memory, not a slice of Node's pool.
  const key = Buffer.alloc(pooled.length, pooled);
  pooled.fill(0);
  if (key.length !== keySizeBytes || key.toString("base64") !== entry.key) {
    throw new VaultError(
      `Key ${entry.version} of the key file "${path}" is not ${keySizeBytes} bytes of base64. ` +
        keyFileRemedy,
    );
  }
  const keyId = Buffer.from(entry.keyId, "hex");
  if (!keyIdOf(key).equals(keyId)) {
    throw new VaultError(
      `Key ${entry.version} of the key file "${path}" is damaged. ${keyFileRemedy}`,
    );
  }
  return { version: entry.version, keyId, key };
}
