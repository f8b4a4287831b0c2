import { keySizeBytes } from "./gcm.js";
import { type KeyEncryptionKey, type KeyName, keyIdOf } from "./key-encryption-key.js";
import {
  createKeyFile,
  type KeyEntry,
  readHeldKeys,
  readKeyFile,
  replaceKeyFile,
} from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";
import { createTransitClient, type TransitClient } from "./transit-client.js";
import type { TransitOptions } from "./transit-options.js";
import { VaultError } from "./vault.js";

/**
 * Keys that HashiCorp Vault's transit engine encrypts: the file holds what the engine made of them,
 * and opens only with its help, once, when they are loaded. A key that is added lets the engine
 * encrypt the others anew by the newest version of its own key, so that its old versions can go.
 *
 * @param path of the key file, mode 0600
 * @throws VaultError when the options are not fit to be used
 */
export function createTransitKeyProvider(path: string, options: TransitOptions): KeyProvider {
  const transit = createTransitClient(options);
  return {
    name: "transit",
    async load() {
      const entries = await readKeyFile(path, "transit");
      if (entries === null) return null;
      const keys: KeyEncryptionKey[] = [];
      try {
        for (const entry of entries) keys.push(await open(transit, nameOf(entry), entry.key));
        return keys;
      } catch (cause) {
        for (const { key } of keys) key.fill(0);
        throw cause;
      }
    },
    async create(key) {
      if ((await readKeyFile(path, "transit")) !== null) return false;
      return createKeyFile(path, "transit", await sealEntry(transit, key));
    },
    async append(held, key) {
      const entries = await readHeldKeys(path, "transit", held);
      const anew: KeyEntry[] = [];
      for (const entry of entries) anew.push(await rewrapEntry(transit, entry));
      anew.push(await sealEntry(transit, key));
      await replaceKeyFile(path, "transit", anew, { wipe: false });
    },
    async retainNewest(held) {
      const entries = await readHeldKeys(path, "transit", held);
      await replaceKeyFile(path, "transit", entries.slice(-1), { wipe: true });
    },
  };
}

/** Nothing is kept that the engine was not seen to open again. */
async function sealEntry(transit: TransitClient, key: KeyEncryptionKey): Promise<KeyEntry> {
  const ciphertext = await transit.encrypt(key.key);
  await check(transit, key, ciphertext);
  return { version: key.version, keyId: key.keyId.toString("hex"), key: ciphertext };
}

async function rewrapEntry(transit: TransitClient, entry: KeyEntry): Promise<KeyEntry> {
  const ciphertext = await transit.rewrap(entry.key);
  await check(transit, nameOf(entry), ciphertext);
  return { ...entry, key: ciphertext };
}

async function check(transit: TransitClient, name: KeyName, ciphertext: string): Promise<void> {
  (await open(transit, name, ciphertext)).key.fill(0);
}

async function open(
  transit: TransitClient,
  { version, keyId }: KeyName,
  ciphertext: string,
): Promise<KeyEncryptionKey> {
  const plaintext = await transit.decrypt(ciphertext);
  // Of its own memory, not a slice of Node's pool.
  const key = Buffer.alloc(plaintext.length, plaintext);
  plaintext.fill(0);
  if (key.length === keySizeBytes && keyIdOf(key).equals(keyId)) return { version, keyId, key };
  key.fill(0);
  throw new VaultError(
    `What Vault's transit engine opened is not key ${version} of the key file. See that ` +
      "vault.transit_key names the key that the file was made with.",
  );
}

function nameOf({ version, keyId }: KeyEntry): KeyName {
  return { version, keyId: Buffer.from(keyId, "hex") };
}
