import type { KeyObject } from "node:crypto";
import { bindParts } from "./binding.js";
import type { KeyEncryptionKey } from "./key-encryption-key.js";
import type { KeyRing } from "./key-ring.js";
import { fillRandom } from "./random.js";
import {
  privateKeyOf,
  publicKeyOf,
  publicKeyToBase64,
  seedOf,
  seedSizeBytes,
  signWith,
} from "./signer.js";
import {
  createSignerFile,
  readSignerFile,
  replaceSignerFile,
  type SignerRecord,
} from "./signer-file.js";
import { type Signer, VaultError } from "./vault.js";
import { createWrapper } from "./wrapped-key.js";

/** The signer, and the file that its seed is kept in. */
export interface KeptSigner {
  readonly signer: Signer;
  /**
   * Keeps the seed wrapped by exactly these keys, durably. They are used before the first wait.
   *
   * @throws VaultError when the file cannot be written, or holds another signer by now
   */
  keepUnder(keys: readonly KeyEncryptionKey[]): Promise<void>;
  /** Forgets the private key. */
  close(): void;
}

export interface KeptSignerOptions {
  readonly signerFile: string;
  readonly ring: KeyRing;
  /** Makes a new signer when there is no file. */
  readonly createIfAbsent: boolean;
}

/**
 * Opens the signer, or makes it. When the newest key-encryption key does not wrap it yet, since a
 * rotation was broken off, it does so now.
 *
 * @throws VaultError when the file is absent and none may be made, or does not open
 */
export async function openKeptSigner(options: KeptSignerOptions): Promise<KeptSigner> {
  const { signerFile, ring, createIfAbsent } = options;
  let record = await readSignerFile(signerFile);
  if (record === null) {
    if (!createIfAbsent) throw signerAbsent(signerFile);
    await createSignerFile(signerFile, newRecord(ring));
    record = await readSignerFile(signerFile);
    if (record === null) throw signerAbsent(signerFile);
  }
  const kept = keptSignerOf(signerFile, openSeed(signerFile, ring, record), record.publicKey);
  const newest = createWrapper(ring.newest);
  const underNewest = record.wrappedSeeds.some((wrapped) => newest.didWrap(wrapped));
  if (!underNewest) await kept.keepUnder([ring.newest]);
  return kept;
}

function newRecord(ring: KeyRing): SignerRecord {
  const seed = Buffer.alloc(seedSizeBytes);
  fillRandom(seed, 0, seedSizeBytes);
  try {
    const publicKey = publicKeyOf(privateKeyOf(seed));
    return { publicKey, wrappedSeeds: [ring.wrap(seed, seedBinding(publicKey))] };
  } finally {
    seed.fill(0);
  }
}

function openSeed(signerFile: string, ring: KeyRing, record: SignerRecord): KeyObject {
  const ours = record.wrappedSeeds.findLast((wrapped) => ring.didWrap(wrapped));
  if (ours === undefined) {
    throw new VaultError(
      `The signer file "${signerFile}" was wrapped by a key that is not in the key file. Restore ` +
        "the signer file and the key file that belong together.",
    );
  }
  let seed: Buffer;
  try {
    seed = ring.unwrap(ours, seedBinding(record.publicKey));
  } catch (cause) {
    throw new VaultError(
      `The signer file "${signerFile}" is damaged: its seed does not open. Restore a back-up.`,
      cause,
    );
  }
  try {
    const privateKey = privateKeyOf(seed);
    if (publicKeyOf(privateKey).equals(record.publicKey)) return privateKey;
    throw new VaultError(`The signer file "${signerFile}" names another public key than its own.`);
  } finally {
    seed.fill(0);
  }
}

function keptSignerOf(signerFile: string, key: KeyObject, publicKey: Buffer): KeptSigner {
  let privateKey: KeyObject | null = key;
  const requireKey = (): KeyObject => {
    if (privateKey === null) throw new VaultError("The vault was closed.");
    return privateKey;
  };
  return {
    signer: {
      get publicKey() {
        return Uint8Array.from(publicKey);
      },
      sign: (message) => signWith(requireKey(), message),
    },
    async keepUnder(keys) {
      const seed = seedOf(requireKey());
      const binding = seedBinding(publicKey);
      const wrappedSeeds = keys.map((kek) => createWrapper(kek).wrap(seed, binding));
      seed.fill(0);
      const kept = await readSignerFile(signerFile);
      if (kept === null) {
        await createSignerFile(signerFile, { publicKey, wrappedSeeds });
        return;
      }
      if (!kept.publicKey.equals(publicKey)) {
        throw new VaultError(
          `The signer file "${signerFile}" holds another signer than the one that this server ` +
            "started with. No key was changed; restore the file, or restart the server.",
        );
      }
      await replaceSignerFile(signerFile, { publicKey, wrappedSeeds });
    },
    close() {
      // Its memory is cleared when the object is collected.
      privateKey = null;
    },
  };
}

function seedBinding(publicKey: Uint8Array): Buffer {
  return bindParts("signer", publicKeyToBase64(publicKey));
}

function signerAbsent(signerFile: string): VaultError {
  return new VaultError(
    `There is no signer file "${signerFile}". Restore it from its back-up. A new one may be made ` +
      "only when nothing was signed yet: what is signed later has another public key than before.",
  );
}
