import { createExclusive } from "../base/exclusive.js";
import { bindParts } from "./binding.js";
import { createFileKeyProvider } from "./file-key-provider.js";
import { type KeptSigner, openKeptSigner } from "./kept-signer.js";
import { type KeyEncryptionKey, newKeyEncryptionKey } from "./key-encryption-key.js";
import { type KeyFileKind, keysMax } from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";
import { createKeyRing, type KeyRing } from "./key-ring.js";
import { newDataKey, personBinding, personKeyOf } from "./person-key.js";
import { removeLeftovers } from "./private-file.js";
import { readSignerFile } from "./signer-file.js";
import { createTransitKeyProvider } from "./transit-key-provider.js";
import type { TransitOptions } from "./transit-options.js";
import { type Vault, VaultError } from "./vault.js";

export interface VaultOptions {
  /** Where the key-encryption keys come from. */
  readonly provider: KeyFileKind;
  /** Path of the key file, mode 0600. Each server has its own. */
  readonly keyFile: string;
  /** Path of the signer file, mode 0600. */
  readonly signerFile: string;
  /** Needed with the provider "transit". */
  readonly transit?: TransitOptions;
  /** Makes the key file, with one new key, when there is none: nobody is enrolled yet. */
  readonly createIfAbsent: boolean;
  /**
   * Makes the signer file when there is none: nothing was signed yet, as in data of a version that
   * did not sign. As `createIfAbsent` when it is left out.
   */
  readonly createSignerIfAbsent?: boolean;
}

/**
 * Opens the vault: loads the keys, which asks the transit engine when that is the provider, and
 * opens the signer. What a killed rotation left beside their files is wiped and removed.
 *
 * @throws VaultError when the keys or the signer are absent, unsafe, damaged or cannot be had
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const provider = createKeyProvider(options);
  const keys = (await provider.load()) ?? (await createKeys(provider, options));
  const ring = createKeyRing(keys);
  try {
    const signer = await openKeptSigner({
      signerFile: options.signerFile,
      ring,
      createIfAbsent: options.createSignerIfAbsent ?? options.createIfAbsent,
    });
    // Only now that both open, so that nothing is lost that could be a last resort.
    await removeLeftovers({ path: options.keyFile, what: "key file" });
    await removeLeftovers({ path: options.signerFile, what: "signer file" });
    return createVault(provider, ring, signer);
  } catch (cause) {
    ring.close();
    throw cause;
  }
}

/** The key provider that the options name. */
export function createKeyProvider(
  options: Pick<VaultOptions, "provider" | "keyFile" | "transit">,
): KeyProvider {
  if (options.provider === "file") return createFileKeyProvider(options.keyFile);
  if (options.transit !== undefined) {
    return createTransitKeyProvider(options.keyFile, options.transit);
  }
  throw new VaultError('The key provider "transit" needs to know where it is: vault.transit_*.');
}

async function createKeys(
  provider: KeyProvider,
  { keyFile, signerFile, createIfAbsent }: VaultOptions,
): Promise<readonly KeyEncryptionKey[]> {
  const absent = `There is no key file "${keyFile}".`;
  if (!createIfAbsent) {
    throw new VaultError(
      `${absent} Restore it from its back-up; only a server that has enrolled nobody yet may ` +
        "start with a new one.",
    );
  }
  if ((await readSignerFile(signerFile)) !== null) {
    throw new VaultError(
      `${absent} But there is a signer file "${signerFile}", so there was one: restore it from ` +
        "its back-up. To begin anew with neither, remove the signer file.",
    );
  }
  const key = newKeyEncryptionKey(1);
  await provider.create(key);
  key.key.fill(0);
  // Loaded, whether it was made here or by another process meanwhile.
  const keys = await provider.load();
  if (keys === null) throw new VaultError(`${absent} It was made, and is gone.`);
  return keys;
}

function createVault(provider: KeyProvider, ring: KeyRing, kept: KeptSigner): Vault {
  const exclusive = createExclusive();
  return {
    get keyVersion() {
      return ring.newest.version;
    },
    get keyVersions() {
      return ring.names.map(({ version }) => version);
    },
    providerName: provider.name,
    createPersonKey(personId) {
      const dataKey = newDataKey();
      const wrapped = ring.wrap(dataKey, personBinding(personId));
      return { wrapped, keyVersion: ring.newest.version, key: personKeyOf(personId, dataKey) };
    },
    openPersonKey(personId, wrappedKey) {
      return personKeyOf(personId, ring.unwrap(wrappedKey, personBinding(personId)));
    },
    rewrapPersonKey(personId, wrappedKey) {
      const binding = personBinding(personId);
      const dataKey = ring.unwrap(wrappedKey, binding);
      try {
        return { wrapped: ring.wrap(dataKey, binding), keyVersion: ring.newest.version };
      } finally {
        dataKey.fill(0);
      }
    },
    createStreamKey(what) {
      const key = newDataKey();
      return { wrapped: ring.wrap(key, bindParts("stream", what)), key };
    },
    openStreamKey: (what, wrapped) => ring.unwrap(wrapped, bindParts("stream", what)),
    rotate: () => exclusive(() => rotate(provider, ring, kept)),
    retire: () => exclusive(() => retire(provider, ring, kept)),
    signer: kept.signer,
    close() {
      kept.close();
      ring.close();
    },
  };
}

/**
 * First the signer is wrapped by the new key besides the old one, then the new key is kept: broken
 * off in between, a wrap is left that no key opens, and nothing else has changed.
 */
async function rotate(provider: KeyProvider, ring: KeyRing, kept: KeptSigner): Promise<number> {
  const { newest, names } = ring;
  if (names.length >= keysMax) {
    throw new VaultError(
      `There are ${names.length} key-encryption keys, and there can be no more. Wrap what the ` +
        "old ones wrap anew, and retire them: cordon keys retire.",
    );
  }
  const next = newKeyEncryptionKey(newest.version + 1);
  try {
    await kept.keepUnder([newest, next]);
    await provider.append(names, next);
  } catch (cause) {
    next.key.fill(0);
    throw cause;
  }
  ring.add(next);
  return next.version;
}

/** The signer leaves the old keys first: what they wrapped is gone with them. */
async function retire(
  provider: KeyProvider,
  ring: KeyRing,
  kept: KeptSigner,
): Promise<readonly number[]> {
  const { newest, names } = ring;
  if (names.length === 1) return [];
  await kept.keepUnder([newest]);
  await provider.retainNewest(names);
  ring.dropOld();
  return names.slice(0, -1).map(({ version }) => version);
}
