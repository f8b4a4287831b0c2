/**
 * Where the key-encryption key comes from. A provider is opened once, which may ask another
 * machine; from then on it wraps and unwraps data keys in this process, since a start opens one
 * for each person.
 */
export interface KeyProvider {
  /** Version of the key-encryption key that wraps new data keys, from 1. */
  readonly keyVersion: number;
  /**
   * Encrypts a data key of 32 bytes, bound to `binding`.
   *
   * @param binding additional data that must be given again to unwrap
   */
  wrap(dataKey: Uint8Array, binding: Uint8Array): Uint8Array;
  /**
   * Decrypts a data key. The caller zeroes it.
   *
   * @throws VaultError when the key-encryption key or the binding is another, or a bit is wrong
   */
  unwrap(wrapped: Uint8Array, binding: Uint8Array): Buffer;
  /** Zeroes the key-encryption keys; nothing can be wrapped or unwrapped afterwards. */
  close(): void;
}
