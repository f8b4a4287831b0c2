import { z } from "zod";
import { createPrivateFile, readPrivateFile, replacePrivateFile } from "./private-file.js";
import { publicKeySizeBytes, publicKeyToBase64 } from "./signer.js";
import { VaultError } from "./vault.js";
import { wrappedSizeBytes } from "./wrapped-key.js";

/** What a signer file is called in the data folder. */
export const signerFileName = "signer.json";

/** A seed is kept wrapped by at most this many keys. */
const wrapsMax = 8;
const fileSizeBytesMax = 16_384;

const fileSchema = z.strictObject({
  format: z.literal("cordon-signer"),
  formatVersion: z.literal(1),
  publicKey: z.string(),
  wrappedSeeds: z.array(z.string()).min(1).max(wrapsMax),
});

/** What a signer file holds. */
export interface SignerRecord {
  /** 32 bytes, in the clear. */
  readonly publicKey: Buffer;
  /** The one seed, wrapped by one key-encryption key or by several. */
  readonly wrappedSeeds: readonly Buffer[];
}

/**
 * Reads a signer file.
 *
 * @returns null when there is none
 * @throws VaultError when others may read it, or it is no signer file
 */
export async function readSignerFile(path: string): Promise<SignerRecord | null> {
  const bytes = await readPrivateFile(signerFileAt(path), fileSizeBytesMax);
  if (bytes === null) return null;
  const record = parse(bytes.toString("utf8"));
  if (record !== null) return record;
  throw new VaultError(
    `The signer file "${path}" is damaged, or not a signer file. Restore it from a back-up.`,
  );
}

/** Makes a signer file; false when there is one. */
export function createSignerFile(path: string, record: SignerRecord): Promise<boolean> {
  return createPrivateFile(signerFileAt(path), textOf(record));
}

/** Replaces a signer file, durably and atomically. */
export function replaceSignerFile(path: string, record: SignerRecord): Promise<void> {
  return replacePrivateFile(signerFileAt(path), textOf(record), { wipe: false });
}

function signerFileAt(path: string) {
  return { path, what: "signer file" };
}

function textOf({ publicKey, wrappedSeeds }: SignerRecord): Buffer {
  const file: z.infer<typeof fileSchema> = {
    format: "cordon-signer",
    formatVersion: 1,
    publicKey: publicKeyToBase64(publicKey),
    wrappedSeeds: wrappedSeeds.map((wrapped) => wrapped.toString("base64")),
  };
  return Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
}

function parse(text: string): SignerRecord | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const file = fileSchema.safeParse(json);
  if (!file.success) return null;
  const publicKey = bytesOf(file.data.publicKey, publicKeySizeBytes);
  const wrappedSeeds = file.data.wrappedSeeds.map((each) => bytesOf(each, wrappedSizeBytes));
  if (publicKey === null || !wrappedSeeds.every((each) => each !== null)) return null;
  return { publicKey, wrappedSeeds };
}

function bytesOf(base64: string, sizeBytes: number): Buffer | null {
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === sizeBytes && bytes.toString("base64") === base64 ? bytes : null;
}
