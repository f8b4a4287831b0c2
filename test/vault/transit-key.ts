import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** A key of the stand-in for Vault's transit engine (transit-server.ts), with its versions. */
export interface TransitKey {
  version(): number;
  rotate(): void;
  setMin(version: number): void;
  encrypt(plaintext: string): string;
  decrypt(ciphertext: string): { readonly plaintext: string } | { readonly error: string };
}

/** A new key at version 1. */
export function createTransitKey(): TransitKey {
  const versions = [randomBytes(32)];
  let min = 1;
  return {
    version: () => versions.length,
    rotate: () => versions.push(randomBytes(32)),
    setMin: (version) => {
      min = version;
    },
    encrypt(plaintext) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", versions.at(-1) ?? randomBytes(32), nonce);
      const bytes = cipher.update(plaintext, "base64");
      cipher.final();
      const sealed = Buffer.concat([nonce, bytes, cipher.getAuthTag()]);
      return `vault:v${versions.length}:${sealed.toString("base64")}`;
    },
    decrypt(ciphertext) {
      const [, version, base64] = /^vault:v(\d+):(.*)$/.exec(ciphertext) ?? [];
      if (version === undefined || base64 === undefined) {
        return { error: "invalid ciphertext: no prefix" };
      }
      const key = versions[Number(version) - 1];
      if (key === undefined) return { error: "invalid ciphertext: version is too new" };
      if (Number(version) < min) {
        return { error: "ciphertext or signature version is disallowed by policy (too old)" };
      }
      const sealed = Buffer.from(base64, "base64");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
        decipher.setAuthTag(sealed.subarray(-16));
        const bytes = decipher.update(sealed.subarray(12, -16));
        decipher.final();
        return { plaintext: bytes.toString("base64") };
      } catch {
        return { error: "invalid ciphertext: unable to decrypt" };
      }
    },
  };
}
