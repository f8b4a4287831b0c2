import type { KeyEncryptionKey, KeyName } from "./key-encryption-key.js";
import type { KeyFileKind } from "./key-file.js";

/**
 * Where the key-encryption keys are kept. They are loaded once, which may ask another machine;
 * from then on data keys are wrapped and unwrapped in this process, since a start opens one for
 * each person. What changes is atomic, and durable when its promise resolves.
 */
export interface KeyProvider {
  readonly name: KeyFileKind;
  /**
   * All keys, oldest first; null when none were ever made. The caller zeroes them.
   *
   * @throws VaultError when they cannot be had, are damaged, or others could have read them
   */
  load(): Promise<readonly KeyEncryptionKey[] | null>;
  /** Keeps the first key; false, and nothing is changed, when there are keys. */
  create(key: KeyEncryptionKey): Promise<boolean>;
  /**
   * Keeps one key more.
   *
   * @param held the keys that this process knows
   * @throws VaultError when they are not those that are kept, or the new one cannot be kept
   */
  append(held: readonly KeyName[], key: KeyEncryptionKey): Promise<void>;
  /** Destroys every key but the newest; otherwise as `append`. */
  retainNewest(held: readonly KeyName[]): Promise<void>;
}
