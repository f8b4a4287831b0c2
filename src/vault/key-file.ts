import { createHash } from "node:crypto";
import { z } from "zod";
import { type KeyName, keyVersionMax, sameKeys } from "./key-encryption-key.js";
import { createPrivateFile, readPrivateFile, replacePrivateFile } from "./private-file.js";
import { VaultError } from "./vault.js";

/** A key file holds at most this many keys: the current one, and old ones not yet retired. */
export const keysMax = 64;
/** A key file is never longer than this. */
export const keyFileSizeBytesMax = 262_144;
/** Characters of one key, sealed by whichever provider, at most. */
const keyLengthMax = 2_048;

/** Whose keys a file holds: "file" in the clear, "transit" as the transit engine encrypted them. */
export type KeyFileKind = "file" | "transit";

/** What a key file is called in the data folder, unless it is told otherwise. */
export const keyFileNames = { file: "key.json", transit: "keys-transit.json" } as const;

const formats = { file: "cordon-key-file", transit: "cordon-transit-key-file" } as const;
const checksumLabels = { file: "cordon key file\0", transit: "cordon transit key file\0" } as const;

const entrySchema = z.strictObject({
  version: z.int().min(1).max(keyVersionMax),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  key: z.string().min(1).max(keyLengthMax),
});
const fileSchema = z.strictObject({
  format: z.enum([formats.file, formats.transit]),
  formatVersion: z.literal(1),
  keys: z.array(entrySchema).min(1).max(keysMax),
  checksum: z.string(),
});

/** One key as the file has it. */
export interface KeyEntry {
  readonly version: number;
  /** Lower-case hex. */
  readonly keyId: string;
  /** Base64 of the key, or what the transit engine made of it. */
  readonly key: string;
}

/** What a key file tells without its secrets. */
export interface KeyFileDescription {
  readonly provider: KeyFileKind;
  /** Oldest first; the last one wraps. */
  readonly keys: readonly { readonly version: number; readonly keyId: string }[];
}

/**
 * Looks at a key file and changes nothing; no other machine is asked.
 *
 * @returns null when there is no such file
 * @throws VaultError when others may read it, or it is damaged, or not a key file at all
 */
export async function describeKeyFile(path: string): Promise<KeyFileDescription | null> {
  const file = await read(path);
  if (file === null) return null;
  const keys = file.entries.map(({ version, keyId }) => ({ version, keyId }));
  return { provider: file.kind, keys };
}

/**
 * Reads a key file: JSON with a version, an id and the text of each key, and a checksum.
 *
 * @returns its entries by ascending version, or null when there is no such file
 * @throws VaultError when others may read it, it is damaged, not a key file, or another provider's
 */
export async function readKeyFile(
  path: string,
  kind: KeyFileKind,
): Promise<readonly KeyEntry[] | null> {
  const file = await read(path);
  if (file === null) return null;
  if (file.kind !== kind) {
    throw new VaultError(
      `The key file "${path}" is the provider "${file.kind}"'s, but the provider is "${kind}". ` +
        "Set vault.provider to the one that the data was sealed with, or vault.key_file to its.",
    );
  }
  return file.entries;
}

/**
 * Reads a key file that is about to be changed, and checks that it still holds what this process
 * knows: a process that overwrote another's keys would destroy what those opened.
 *
 * @throws VaultError when it is absent, or its keys are others
 */
export async function readHeldKeys(
  path: string,
  kind: KeyFileKind,
  held: readonly KeyName[],
): Promise<readonly KeyEntry[]> {
  const entries = await readKeyFile(path, kind);
  const names = (entries ?? []).map(({ version, keyId }) => ({
    version,
    keyId: Buffer.from(keyId, "hex"),
  }));
  if (entries !== null && sameKeys(names, held)) return entries;
  throw new VaultError(
    `The key file "${path}" has changed since this server started. No key was changed. Each ` +
      "server needs a key file of its own; restart this one so that it reads the file anew.",
  );
}

/** Makes a key file with one key; false when there is a file. */
export function createKeyFile(path: string, kind: KeyFileKind, entry: KeyEntry): Promise<boolean> {
  return withText(kind, [entry], (bytes) => createPrivateFile(keyFileAt(path), bytes));
}

/** Replaces a key file, durably and atomically. @param wipe overwrites the old bytes */
export function replaceKeyFile(
  path: string,
  kind: KeyFileKind,
  entries: readonly KeyEntry[],
  { wipe }: { readonly wipe: boolean },
): Promise<void> {
  return withText(kind, entries, (bytes) => replacePrivateFile(keyFileAt(path), bytes, { wipe }));
}

async function withText<T>(
  kind: KeyFileKind,
  entries: readonly KeyEntry[],
  use: (bytes: Buffer) => Promise<T>,
): Promise<T> {
  const file = {
    format: formats[kind],
    formatVersion: 1,
    keys: entries,
    checksum: checksumOf(kind, entries),
  };
  const bytes = Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
  try {
    return await use(bytes);
  } finally {
    bytes.fill(0);
  }
}

async function read(
  path: string,
): Promise<{ readonly kind: KeyFileKind; readonly entries: readonly KeyEntry[] } | null> {
  const bytes = await readPrivateFile(keyFileAt(path), keyFileSizeBytesMax);
  if (bytes === null) return null;
  try {
    return parse(path, bytes.toString("utf8"));
  } finally {
    bytes.fill(0);
  }
}

function parse(path: string, text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The cause would quote the file.
    throw new VaultError(`The key file "${path}" is not JSON. ${keyFileRemedy}`);
  }
  const file = fileSchema.safeParse(json);
  if (!file.success) {
    const where = file.error.issues[0]?.path.join(".") || "the file";
    throw new VaultError(
      `The key file "${path}" is not of the known format: ${where}. ${keyFileRemedy}`,
    );
  }
  const kind: KeyFileKind = file.data.format === formats.file ? "file" : "transit";
  const entries = file.data.keys;
  if (file.data.checksum !== checksumOf(kind, entries)) {
    throw new VaultError(
      `The key file "${path}" is damaged: its checksum is wrong. ${keyFileRemedy}`,
    );
  }
  entries.sort((a, b) => a.version - b.version);
  if (entries.some((entry, at) => entry.version === entries[at + 1]?.version)) {
    throw new VaultError(`The key file "${path}" has two keys of one version. ${keyFileRemedy}`);
  }
  return { kind, entries };
}

/** What to do about a key file that is no good. */
export const keyFileRemedy =
  "Restore the key file from its back-up: without it, nothing sealed can be opened.";

function keyFileAt(path: string) {
  return { path, what: "key file" };
}

function checksumOf(kind: KeyFileKind, entries: readonly KeyEntry[]): string {
  const lines = entries.map(({ version, keyId, key }) => `${version}:${keyId}:${key}\n`);
  return createHash("sha256").update(checksumLabels[kind]).update(lines.join("")).digest("hex");
}
