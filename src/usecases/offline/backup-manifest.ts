import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ChainHead } from "../../audit/audit.js";

/** Name of the manifest in the folder of a back-up. */
export const manifestName = "manifest.json";
/** Bytes of a manifest at most: that of a hundred thousand files. */
const MANIFEST_SIZE_BYTES_MAX = 33_554_432;
const FORMAT = "cordon-backup";
const FORMAT_VERSION = 1;
const CHECKSUM_LABEL = "cordon back-up manifest\0";

/** A file of a back-up. */
export interface BackupFile {
  /** Path below the data folder, with slashes. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a back-up is, and what its files must be. */
export interface BackupFolder {
  readonly createdAtMs: number;
  /** Of the Cordon that made it. */
  readonly version: string;
  readonly instanceId: string;
  readonly persons: number;
  /** Versions of the key-encryption key without which it can not be read. */
  readonly keyVersions: readonly number[];
  /** The newest audit record that is surely in it. */
  readonly audit: ChainHead;
  readonly files: readonly BackupFile[];
}

/** The database and the signer, without which a back-up is none. */
export const databaseName = "cordon.db";
export const signerName = "signer.json";

const names = [
  /^cordon\.db$/,
  /^signer\.json$/,
  /^audit\/audit-\d{16}\.jsonl$/,
  /^audit\/signers\/[0-9a-f]{16}\.pem$/,
];

/** Whether a back-up has files of this name: what a server sends must not leave the folder. */
export function isBackupName(name: string): boolean {
  return names.some((pattern) => pattern.test(name));
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const schema = z.object({
  createdAt: z.iso.datetime({ precision: 3 }),
  version: z.string().max(64),
  instanceId: z.string().min(1).max(128),
  persons: count,
  keyVersions: z.array(z.int().min(1)).max(64),
  audit: z.object({ seq: count, hash }),
  files: z.array(
    z.object({ name: z.string().refine(isBackupName), sizeBytes: count, sha256: hash }),
  ),
});

/** The text of a manifest. It ends with a checksum of the rest. */
export function encodeManifest(folder: BackupFolder): string {
  const content = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    createdAt: new Date(folder.createdAtMs).toISOString(),
    version: folder.version,
    instanceId: folder.instanceId,
    persons: folder.persons,
    keyVersions: folder.keyVersions,
    audit: { seq: folder.audit.seq, hash: folder.audit.hash },
    files: folder.files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
  };
  const checksum = createHash("sha256")
    .update(CHECKSUM_LABEL)
    .update(JSON.stringify(content))
    .digest("hex");
  return `${JSON.stringify({ ...content, checksum }, null, 2)}\n`;
}

/**
 * Reads the manifest of a back-up.
 *
 * @throws Error when there is none, or it was altered, or a newer Cordon wrote it
 */
export async function readManifest(folder: string): Promise<BackupFolder> {
  const path = join(folder, manifestName);
  return decodeManifest(await readText(path), path);
}

/**
 * Reads the text of a manifest. Only the very bytes that were written count.
 *
 * @param path for the messages
 * @throws Error as `readManifest` does
 */
export function decodeManifest(text: string, path: string): BackupFolder {
  const folderOf = parse(text, path);
  if (encodeManifest(folderOf) !== text) throw damaged(path, "its checksum is wrong");
  const listed = folderOf.files.map(({ name }) => name);
  if (new Set(listed).size !== listed.length) throw damaged(path, "a file is in it twice");
  for (const name of [databaseName, signerName]) {
    if (!listed.includes(name)) throw damaged(path, `${name} is not in it`);
  }
  return folderOf;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MANIFEST_SIZE_BYTES_MAX) throw damaged(path, "it is too long");
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(
      `There is no back-up in this folder: "${path}" is missing. Name the folder that cordon ` +
        "backup made; one that ends with .partial is not whole.",
    );
  }
}

function parse(text: string, path: string): BackupFolder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, "it is not JSON");
  }
  const head = z.object({ format: z.literal(FORMAT), formatVersion: z.int() }).safeParse(value);
  if (!head.success) throw damaged(path, "it is not that of a back-up");
  if (head.data.formatVersion > FORMAT_VERSION) {
    throw new Error(
      `"${path}" was written by a newer Cordon (format ${head.data.formatVersion}). Restore with ` +
        "that version.",
    );
  }
  const content = schema.safeParse(value);
  if (!content.success) {
    throw damaged(path, `${content.error.issues[0]?.path.join(".")} is not as it was written`);
  }
  const { createdAt, ...rest } = content.data;
  return { ...rest, createdAtMs: Date.parse(createdAt) };
}

function damaged(path: string, fault: string): Error {
  return new Error(`The manifest "${path}" is damaged: ${fault}. Take another back-up.`);
}
