import type { KeyEncryptionKey, KeyName } from "./key-encryption-key.js";
import { VaultError } from "./vault.js";
import { createWrapper, wrapperNameOf } from "./wrapped-key.js";

/** The key-encryption keys in this process's memory; the newest wraps. */
export interface KeyRing {
  readonly newest: KeyEncryptionKey;
  /** Oldest first. */
  readonly names: readonly KeyName[];
  /** Encrypts a key of 32 bytes with the newest key, bound to `binding`. */
  wrap(secret: Uint8Array, binding: Uint8Array): Buffer;
  /** Whether one of these keys, by version and id, is the one that wrapped. */
  didWrap(wrapped: Uint8Array): boolean;
  /**
   * Decrypts a wrapped key. The caller zeroes it.
   *
   * @throws VaultError when the key-encryption key is not here, the binding is another, or a bit
   * is wrong
   */
  unwrap(wrapped: Uint8Array, binding: Uint8Array): Buffer;
  /** Takes over a key, which wraps from now on. */
  add(key: KeyEncryptionKey): void;
  /** Zeroes and forgets every key but the newest. */
  dropOld(): void;
  /** Zeroes every key; nothing can be wrapped or unwrapped afterwards. */
  close(): void;
}

/** @param keys at least one, oldest first; the ring zeroes them in the end */
export function createKeyRing(keys: readonly KeyEncryptionKey[]): KeyRing {
  let closed = false;
  let held = keys.map(readied);
  const newest = () => {
    if (closed) throw new VaultError("The vault was closed.");
    const last = held.at(-1);
    if (last === undefined) throw new VaultError("A vault needs at least one key.");
    return last;
  };
  const zero = (all: typeof held) => {
    for (const { kek } of all) kek.key.fill(0);
  };
  newest();
  return {
    get newest() {
      return newest().kek;
    },
    get names() {
      return held.map(({ kek: { version, keyId } }) => ({ version, keyId }));
    },
    wrap: (secret, binding) => newest().wrapper.wrap(secret, binding),
    didWrap: (wrapped) => held.some(({ wrapper }) => wrapper.didWrap(wrapped)),
    unwrap(wrapped, binding) {
      const last = newest();
      const owner = last.wrapper.didWrap(wrapped)
        ? last
        : held.find(({ wrapper }) => wrapper.didWrap(wrapped));
      if (owner === undefined) throw notHeld(wrapped, held[0]?.kek.version ?? 1);
      const secret = owner.wrapper.unwrap(wrapped, binding);
      if (secret !== null) return secret;
      throw new VaultError(
        "A wrapped key is damaged, or is another person's. Keep a copy of the database, then " +
          "restore the latest back-up.",
      );
    },
    add(key) {
      if (closed) key.key.fill(0);
      else held = [...held, readied(key)];
    },
    dropOld() {
      zero(held.slice(0, -1));
      held = held.slice(-1);
    },
    close() {
      closed = true;
      zero(held);
    },
  };
}

function readied(kek: KeyEncryptionKey) {
  return { kek, wrapper: createWrapper(kek) };
}

function notHeld(wrapped: Uint8Array, oldestVersion: number): VaultError {
  const name = wrapperNameOf(wrapped);
  if (name === null) {
    return new VaultError(
      "A wrapped key is not of the known format: it is damaged, or a newer Cordon wrote it.",
    );
  }
  const what = `A key was wrapped by key ${name.version} (${name.keyId.toString("hex")})`;
  return new VaultError(
    name.version < oldestVersion
      ? `${what}, which has been retired and is not in the key file any more. What only it opens ` +
          "cannot be opened again; restore a back-up made after the rotation."
      : `${what}, which is not in the key file. Restore the key file that belongs to it.`,
  );
}
