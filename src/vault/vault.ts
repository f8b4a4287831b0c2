/**
 * Seals what is stored about a person. Envelope encryption: one random data key per person,
 * wrapped by the key-encryption key; AES-256-GCM throughout (NIST SP 800-38D). Destroying the
 * wrapped key makes everything sealed under it unreadable (crypto-shredding).
 */
export interface Vault {
  /** Version of the key-encryption key that wraps new data keys; higher after a rotation. */
  readonly keyVersion: number;
  /** Versions that can still unwrap, oldest first. */
  readonly keyVersions: readonly number[];
  /** Where the key-encryption keys come from, "file" for instance. */
  readonly providerName: string;
  /**
   * A new data key for this person: wrapped, bound to the person's id, and open. The caller seals
   * with it, then calls `destroy`.
   */
  createPersonKey(personId: string): {
    readonly wrapped: Uint8Array;
    readonly keyVersion: number;
    readonly key: PersonKey;
  };
  /**
   * Opens a person's data key. The caller seals and opens with it, then calls `destroy`.
   * @throws VaultError when the key is wrong, another person's, or tampered with
   */
  openPersonKey(personId: string, wrappedKey: Uint8Array): PersonKey;
  /**
   * Wraps a person's data key with the newest key-encryption key.
   * @throws VaultError as `openPersonKey` does
   */
  rewrapPersonKey(
    personId: string,
    wrappedKey: Uint8Array,
  ): { readonly wrapped: Uint8Array; readonly keyVersion: number };
  /**
   * A new key for something that is sealed as a whole, a snapshot for instance (sealed-stream.ts):
   * wrapped, bound to `what`, and open, 32 bytes that the caller zeroes.
   */
  createStreamKey(what: string): { readonly wrapped: Uint8Array; readonly key: Uint8Array };
  /**
   * Opens such a key, which the caller zeroes.
   * @throws VaultError when the key is wrong, something else's, or tampered with
   */
  openStreamKey(what: string, wrapped: Uint8Array): Uint8Array;
  /**
   * Makes a new key-encryption key, durable when the promise resolves, which wraps from then on.
   * @throws VaultError when it cannot be kept, and then nothing has changed
   */
  rotate(): Promise<number>;
  /**
   * Destroys every version below the newest, durably. What they wrapped, in back-ups too, can not
   * be opened any more; the caller has made sure that nothing in use is among it.
   * @returns the versions destroyed
   */
  retire(): Promise<readonly number[]>;
  /** Signs receipts and checkpoints. */
  readonly signer: Signer;
  /** Zeroes every key. */
  close(): void;
}

/** Ed25519 (RFC 8032). The private key is kept wrapped by the key-encryption key. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export interface PersonKey {
  /** Seals bytes; `context` (for example `template|t1|pack`) must be given again to open. */
  seal(context: string, plaintext: Uint8Array): Uint8Array;
  /** @throws VaultError when the ciphertext, the context or the key is not the one sealed with */
  open(context: string, sealed: Uint8Array): Uint8Array;
  /** Zeroes the key. */
  destroy(): void;
}

export class VaultError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "VaultError";
  }
}
