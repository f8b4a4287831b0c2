import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signOnce,
  verify,
} from "node:crypto";
import { VaultError } from "./vault.js";

/** Ed25519 (RFC 8032, 5.1.5 and 5.1.6): bytes of a seed, a public key and a signature. */
export const seedSizeBytes = 32;
export const publicKeySizeBytes = 32;
export const signatureSizeBytes = 64;

/** What goes before the seed in PKCS #8, and before the public key in SPKI (RFC 8410, 10.1). */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Checks an Ed25519 signature.
 *
 * @param publicKey 32 bytes
 * @param signature 64 bytes
 * @returns false for whatever is not a genuine signature, of whatever length
 */
export function verifySignature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== publicKeySizeBytes) return false;
  if (signature.length !== signatureSizeBytes) return false;
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
}

/** A public key as PEM (SPKI, RFC 8410), with a newline at its end. */
export function publicKeyToPem(publicKey: Uint8Array): string {
  if (publicKey.length !== publicKeySizeBytes) throw notPublicKey();
  return publicKeyObject(publicKey).export({ type: "spki", format: "pem" }).toString();
}

/** A public key as base64, 44 characters. */
export function publicKeyToBase64(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString("base64");
}

/**
 * Reads a public key as `publicKeyToPem` or `publicKeyToBase64` wrote it; blanks around it are left
 * out.
 *
 * @returns 32 bytes
 * @throws VaultError when it is neither
 */
export function parsePublicKey(text: string): Uint8Array {
  const trimmed = text.trim();
  if (!trimmed.startsWith("-----BEGIN PUBLIC KEY-----")) {
    const bytes = Buffer.from(trimmed, "base64");
    if (bytes.length === publicKeySizeBytes && bytes.toString("base64") === trimmed) return bytes;
    throw notPublicKey();
  }
  try {
    const der = createPublicKey(trimmed).export({ type: "spki", format: "der" });
    if (der.subarray(0, publicPrefix.length).equals(publicPrefix)) {
      return der.subarray(publicPrefix.length);
    }
  } catch {
    // Below.
  }
  throw notPublicKey();
}

/** The private key of a seed of 32 bytes, which the caller zeroes. */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([privatePrefix, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}

/** The seed of a private key; the caller zeroes it. */
export function seedOf(privateKey: KeyObject): Buffer {
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const seed = Buffer.from(der.subarray(-seedSizeBytes));
  der.fill(0);
  return seed;
}

/** The 32 bytes of the public key that belongs to a private one. */
export function publicKeyOf(privateKey: KeyObject): Buffer {
  const der = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return Buffer.from(der.subarray(publicPrefix.length));
}

/** Signs with Ed25519: 64 bytes. */
export function signWith(privateKey: KeyObject, message: Uint8Array): Uint8Array {
  return signOnce(null, message, privateKey);
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([publicPrefix, publicKey]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

function notPublicKey(): VaultError {
  return new VaultError(
    "This is no Ed25519 public key: it is PEM (BEGIN PUBLIC KEY), or 44 characters of base64.",
  );
}
