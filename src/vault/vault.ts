/**
 * Seals what is stored about a person. Envelope encryption: one random data key per person,
 * wrapped by the key-encryption key; AES-256-GCM throughout (NIST SP 800-38D). Destroying the
 * wrapped key makes everything sealed under it unreadable (crypto-shredding).
 */
export interface Vault {
  /** Version of the key-encryption key that wraps new data keys. */
  readonly keyVersion: number;
  /** A new data key for this person, wrapped. Bound to the person's id. */
  newPersonKey(personId: string): Uint8Array;
  /**
   * Opens a person's data key. The caller seals and opens with it, then calls `destroy`.
   * @throws VaultError when the key is wrong, another person's, or tampered with
   */
  openPersonKey(personId: string, wrappedKey: Uint8Array): PersonKey;
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
