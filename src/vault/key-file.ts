import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { syncDirectory } from "../base/sync-directory.js";
import { keySizeBytes } from "./gcm.js";
import { VaultError } from "./vault.js";

/** A key file holds at most this many keys: the current one, and old ones not yet rotated out. */
export const keysMax = 64;
/** A key file is never longer than this. */
export const keyFileSizeBytesMax = 65_536;

const keySchema = z.strictObject({
  version: z.int().min(1).max(0xffff_ffff),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  key: z.string(),
});
const fileSchema = z.strictObject({
  format: z.literal("cordon-key-file"),
  formatVersion: z.literal(1),
  keys: z.array(keySchema).min(1).max(keysMax),
  checksum: z.string(),
});

/** One key-encryption key. */
export interface KeyEncryptionKey {
  readonly version: number;
  /** Eight bytes that tell keys apart, derived from the key. */
  readonly keyId: Buffer;
  /** 32 bytes. */
  readonly key: Buffer;
}

/**
 * Reads a key file: JSON with a version, an id and the base64 of each key, and a checksum.
 *
 * @returns the keys by ascending version, or null when there is no such file
 * @throws VaultError when others may read it, or it is damaged, or not a key file at all
 */
export async function readKeyFile(path: string): Promise<readonly KeyEncryptionKey[] | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw new VaultError(
      `The key file "${path}" cannot be opened. Let the user who runs this server read it.`,
      cause,
    );
  }
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new VaultError(`"${path}" is not a key file. ${remedy}`);
    const mode = status.mode & 0o777;
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new VaultError(
        `The key file "${path}" has mode 0${mode.toString(8)}, so that others than its owner may ` +
          `read or change it. Run: chmod 600 "${path}"; if others had the chance to read it, ` +
          "rotate the keys.",
      );
    }
    if (status.size > keyFileSizeBytesMax) {
      throw new VaultError(`The key file "${path}" is longer than a key file is. ${remedy}`);
    }
    const bytes = await handle.readFile();
    try {
      return parseKeys(path, bytes.toString("utf8"));
    } finally {
      bytes.fill(0);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Makes a key file with one new random key, mode 0600, durable when the promise resolves. It
 * appears whole or not at all, in a directory that is made when absent; an existing one is never
 * replaced.
 *
 * @throws VaultError when it cannot be written
 */
export async function createKeyFile(path: string): Promise<void> {
  const key = randomBytes(keySizeBytes);
  const keys = [{ version: 1, keyId: keyIdOf(key).toString("hex"), key: key.toString("base64") }];
  key.fill(0);
  const text = `${JSON.stringify(
    { format: "cordon-key-file", formatVersion: 1, keys, checksum: checksumOf(keys) },
    null,
    2,
  )}\n`;
  const directory = dirname(resolve(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      // A link, unlike a rename, fails when another process has made the file meanwhile.
      await link(temporary, path);
    } finally {
      await unlink(temporary);
    }
    await syncDirectory(directory);
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return;
    throw new VaultError(
      `The key file "${path}" cannot be made. Let the user who runs this server write to ` +
        `"${directory}", or make the key file beforehand.`,
      cause,
    );
  }
}

function parseKeys(path: string, text: string): readonly KeyEncryptionKey[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The cause would quote the file.
    throw new VaultError(`The key file "${path}" is not JSON. ${remedy}`);
  }
  const read = fileSchema.safeParse(json);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join(".") || "the file";
    throw new VaultError(`The key file "${path}" is not of the known format: ${where}. ${remedy}`);
  }
  if (read.data.checksum !== checksumOf(read.data.keys)) {
    throw new VaultError(`The key file "${path}" is damaged: its checksum is wrong. ${remedy}`);
  }
  const keys = read.data.keys.map((entry) => parseKey(path, entry));
  keys.sort((a, b) => a.version - b.version);
  if (keys.some((key, at) => key.version === keys[at + 1]?.version)) {
    throw new VaultError(`The key file "${path}" has two keys of one version. ${remedy}`);
  }
  return keys;
}

function parseKey(path: string, entry: z.infer<typeof keySchema>): KeyEncryptionKey {
  const pooled = Buffer.from(entry.key, "base64");
  // Of its own memory, not a slice of Node's pool.
  const key = Buffer.alloc(pooled.length, pooled);
  pooled.fill(0);
  const keyId = Buffer.from(entry.keyId, "hex");
  if (key.length !== keySizeBytes || key.toString("base64") !== entry.key) {
    throw new VaultError(
      `Key ${entry.version} of the key file "${path}" is not ${keySizeBytes} bytes of base64. ` +
        remedy,
    );
  }
  if (!keyIdOf(key).equals(keyId)) {
    throw new VaultError(`Key ${entry.version} of the key file "${path}" is damaged. ${remedy}`);
  }
  return { version: entry.version, keyId, key };
}

const remedy = "Restore the key file from its back-up: without it, nothing sealed can be opened.";

function keyIdOf(key: Uint8Array): Buffer {
  return createHash("sha256").update("cordon key id\0").update(key).digest().subarray(0, 8);
}

function checksumOf(keys: readonly z.infer<typeof keySchema>[]): string {
  const lines = keys.map(({ version, keyId, key }) => `${version}:${keyId}:${key}\n`);
  return createHash("sha256").update("cordon key file\0").update(lines.join("")).digest("hex");
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}
