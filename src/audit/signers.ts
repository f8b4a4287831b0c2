import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";
import { parsePublicKey, publicKeyToPem } from "../vault/signer.js";
import { sha256Hex } from "./sha256.js";
import { writeWhole } from "./write-whole.js";

/**
 * The public keys that have signed a log, in `signers/<id>.pem` of its directory: a file for each,
 * as OpenSSL reads it (SubjectPublicKeyInfo, RFC 8410), named after the start of the key's SHA-256.
 */

/** Folder of the public keys in a log's directory. */
export const signersFolder = "signers";
/** Files of keys that are read at most; a log has one, and few after its keys were replaced. */
const signersMax = 1_000;
/** Bytes of such a file at most. */
const pemSizeBytesMax = 4_096;
const namePattern = /^[0-9a-f]{16}\.pem$/;

/** Whether checkpoints may be signed with this public key. */
export type IsKnownSigner = (publicKey: Uint8Array) => boolean;

/** The name of a public key: 16 hexadecimal digits of its SHA-256. */
export function signerId(publicKey: Uint8Array): string {
  return sha256Hex(publicKey).slice(0, 16);
}

/** Puts a public key among those of a log, durably, unless it is there. */
export async function registerSigner(directory: string, publicKey: Uint8Array): Promise<void> {
  const folder = join(directory, signersFolder);
  const known = await readSigners(directory);
  if (known.some((key) => key.equals(publicKey))) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncDirectory(directory);
  await writeWhole(join(folder, `${signerId(publicKey)}.pem`), publicKeyToPem(publicKey), true);
}

/** The public keys of a log. What is no Ed25519 key, or is not under its own name, is none. */
export async function readSigners(directory: string): Promise<readonly Buffer[]> {
  const keys: Buffer[] = [];
  for (const { path, name } of await listSigners(directory)) {
    const key = readPem(await readFile(path, "latin1"));
    if (key !== null && `${signerId(key)}.pem` === name) keys.push(key);
  }
  return keys;
}

/** The files of the public keys. */
export async function listSigners(
  directory: string,
): Promise<
  readonly { readonly path: string; readonly name: string; readonly sizeBytes: number }[]
> {
  const folder = join(directory, signersFolder);
  const names = (await readdir(folder).catch(() => [])).filter((name) => namePattern.test(name));
  const files = [];
  for (const name of names.sort().slice(0, signersMax)) {
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size <= pemSizeBytesMax) files.push({ path, name, sizeBytes: size });
  }
  return files;
}

/** Accepts the given keys and no others. */
export function acceptSigners(keys: readonly Uint8Array[]): IsKnownSigner {
  const known = keys.map((key) => Buffer.from(key));
  return (publicKey) => known.some((key) => key.equals(publicKey));
}

function readPem(pem: string): Buffer | null {
  try {
    return Buffer.from(parsePublicKey(pem));
  } catch {
    return null;
  }
}
