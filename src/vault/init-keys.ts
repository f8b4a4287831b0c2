import { createFileKeyProvider } from "./file-key-provider.js";
import { newKeyEncryptionKey } from "./key-encryption-key.js";
import type { KeyFileDescription } from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";
import { createTransitKeyProvider } from "./transit-key-provider.js";
import type { TransitOptions } from "./transit-options.js";
import { VaultError } from "./vault.js";

/**
 * Makes a key file with one new random key, mode 0600, in a folder that is made when absent.
 *
 * @throws VaultError when there is a file already, which is never replaced, or it cannot be written
 */
export function initKeyFile(path: string): Promise<KeyFileDescription> {
  return init(path, createFileKeyProvider(path));
}

/**
 * The same for the provider "transit": the new key stands in the file as the transit engine
 * encrypted it.
 *
 * @throws VaultError also when the engine cannot be reached, or refuses
 */
export function initTransitKeyFile(
  path: string,
  transit: TransitOptions,
): Promise<KeyFileDescription> {
  return init(path, createTransitKeyProvider(path, transit));
}

async function init(path: string, provider: KeyProvider): Promise<KeyFileDescription> {
  const key = newKeyEncryptionKey(1);
  const made = await provider.create(key);
  key.key.fill(0);
  if (made) {
    const keyId = key.keyId.toString("hex");
    return { provider: provider.name, keys: [{ version: key.version, keyId }] };
  }
  throw new VaultError(
    `There is a file "${path}" already, and it was left as it is: whatever its keys wrapped ` +
      "could not be opened without them. Name another file, or move that one away.",
  );
}
