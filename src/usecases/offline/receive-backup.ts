import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { syncDirectory } from "../../base/sync-directory.js";
import type { BackupManifest, BackupPart } from "../backup.js";
import {
  type BackupFile,
  type BackupFolder,
  encodeManifest,
  isBackupName,
  manifestName,
} from "./backup-manifest.js";
import { makeWholeFolder } from "./new-folder.js";

/** A back-up as a server sends it. */
export type ReceivedPart =
  | { readonly manifest: BackupManifest & { readonly version: string } }
  | Exclude<BackupPart, { readonly manifest: unknown }>;

export interface ReceiveProgress {
  /** The file that is being received, and its place among all, from 1. */
  readonly file: string;
  readonly position: number;
  readonly files: number;
  /** Bytes of all files so far. */
  readonly sizeBytes: number;
  /** Of all of them together, as the server told it; 0 when it did not. */
  readonly totalSizeBytes: number;
}

/**
 * Writes a back-up into a new folder, mode 0700, its files 0600. The folder has its name only when
 * all of it is on the disk; until then it ends with `.partial`, and it goes when anything fails.
 *
 * @throws Error when there is something of that name, or what was sent is not whole
 */
export function receiveBackup(
  parts: AsyncIterable<ReceivedPart>,
  path: string,
  onProgress: (progress: ReceiveProgress) => void = () => {},
): Promise<BackupFolder> {
  return makeWholeFolder(path, async (partial) => {
    const folder = await receiveAll(parts, partial, onProgress);
    await writeFile(join(partial, manifestName), encodeManifest(folder));
    for (const each of foldersOf(folder.files)) await syncDirectory(join(partial, each));
    return folder;
  });
}

async function receiveAll(
  parts: AsyncIterable<ReceivedPart>,
  folder: string,
  onProgress: (progress: ReceiveProgress) => void,
): Promise<BackupFolder> {
  let receiver: Receiver | null = null;
  try {
    for await (const part of parts) {
      if ("manifest" in part) {
        if (receiver !== null) throw notWhole("it has two manifests");
        receiver = createReceiver(part.manifest, folder);
      } else if (receiver === null) throw notWhole("it does not begin with its manifest");
      else if ("data" in part) await receiver.data(part.data);
      else await receiver.fileEnd(part.fileEnd);
      if (receiver !== null) onProgress(receiver.progress());
    }
    if (receiver === null) throw notWhole("nothing was sent");
    return receiver.done();
  } finally {
    await receiver?.close();
  }
}

type Receiver = ReturnType<typeof createReceiver>;
type FileEnd = Extract<BackupPart, { fileEnd: unknown }>["fileEnd"];

/** Takes the files in the order of the manifest. */
function createReceiver(manifest: BackupManifest & { version: string }, folder: string) {
  const { createdAtMs, version, instanceId, persons, keyVersions, audit } = manifest;
  const files: BackupFile[] = [];
  let current: { handle: FileHandle; hash: Hash; sizeBytes: number } | null = null;
  let sizeBytes = 0;
  const expected = () => manifest.files[files.length] ?? "";
  const begin = async () => {
    const name = expected();
    if (name === "") throw notWhole("more files were sent than its manifest has");
    if (!isBackupName(name)) throw notWhole(`a back-up has no file "${name}"`);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return { handle: await open(path, "wx", 0o600), hash: createHash("sha256"), sizeBytes: 0 };
  };
  return {
    async data(bytes: Uint8Array) {
      current ??= await begin();
      current.hash.update(bytes);
      await writeAll(current.handle, bytes);
      current.sizeBytes += bytes.length;
      sizeBytes += bytes.length;
    },
    async fileEnd(end: FileEnd) {
      // An empty file has no data.
      current ??= await begin();
      const { handle, hash, ...received } = current;
      const sha256 = hash.digest();
      const name = expected();
      const isWhole = end.name === name && end.sizeBytes === received.sizeBytes;
      if (!isWhole || !sha256.equals(end.sha256)) {
        throw notWhole(`${name} did not arrive as it was sent`);
      }
      await handle.sync();
      await handle.close();
      current = null;
      files.push({ name, sizeBytes: end.sizeBytes, sha256: sha256.toString("hex") });
    },
    progress(): ReceiveProgress {
      const position = Math.min(files.length + 1, manifest.files.length);
      const file = basename(expected() || (files.at(-1)?.name ?? ""));
      const { totalSizeBytes } = manifest;
      return { file, position, files: manifest.files.length, sizeBytes, totalSizeBytes };
    },
    done(): BackupFolder {
      if (files.length !== manifest.files.length) throw notWhole(`${expected()} was not sent`);
      return { createdAtMs, version, instanceId, persons, keyVersions, audit, files };
    },
    close: async () => current?.handle.close(),
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}

async function writeFile(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Folders with files of the back-up, the deepest first. */
function foldersOf(files: readonly BackupFile[]): readonly string[] {
  const folders = new Set(files.map(({ name }) => dirname(name)));
  return [...folders].sort().reverse();
}

function notWhole(fault: string): Error {
  return new Error(`The back-up is not whole: ${fault}. Nothing was kept of it; try again.`);
}
