import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listSegments } from "../../audit/segments.js";
import { listSigners, signersFolder } from "../../audit/signers.js";
import { syncDirectory } from "../../base/sync-directory.js";
import { type DirectoryLock, lockDataDirectory, lockFileName } from "../../store/data-directory.js";
import { StoreError } from "../../store/store-error.js";
import { auditFolderOf } from "./audit-folder.js";
import type { BackupFolder } from "./backup-manifest.js";
import { copyFile, type FileToCopy } from "./copy-files.js";

export interface BackupToCopy {
  readonly manifest: BackupFolder;
  readonly from: string;
  /** Another audit, to be copied in place of the back-up's own; null for that. */
  readonly auditDir: string | null;
  /** An empty folder. */
  readonly to: string;
}

/**
 * Copies a back-up and holds every file against its manifest, also those that another audit is
 * taken for.
 *
 * @param onProgress told the bytes read so far and in all; may throw to break off
 * @throws Error naming the first file that is not as it was written
 */
export async function copyBackup(
  { manifest, from, auditDir, to }: BackupToCopy,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const release = await lockOwner(auditDir);
  try {
    const own: Copy[] = manifest.files.map(({ name, sizeBytes, sha256 }) => {
      const isReplaced = auditDir !== null && name.startsWith("audit/");
      const target = isReplaced ? null : join(to, name);
      return { from: join(from, name), to: target, sizeBytes, sha256 };
    });
    const copies = auditDir === null ? own : [...own, ...(await auditCopies(auditDir, to))];
    await requireSizes(own);
    const total = copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    onProgress(done, total);
    for (const copy of copies) {
      const { sha256 } = await copyFile(copy, (sizeBytes) => {
        done += sizeBytes;
        onProgress(done, total);
      });
      if (copy.sha256 !== null && copy.sha256 !== sha256) throw altered(copy.from);
    }
    const folders = new Set(copies.map((copy) => (copy.to === null ? to : dirname(copy.to))));
    for (const folder of folders) await syncDirectory(folder);
  } finally {
    release();
  }
}

interface Copy extends FileToCopy {
  readonly sizeBytes: number;
  /** Null when nothing says what it must be. */
  readonly sha256: string | null;
}

/** Before anything is copied: a file that was cut short is found at once. */
async function requireSizes(files: readonly Copy[]): Promise<void> {
  for (const { from, sizeBytes } of files) {
    const found = await stat(from).catch(() => null);
    if (found === null) throw new Error(`"${from}" is missing. ${anotherOne}`);
    if (found.size !== sizeBytes) throw altered(from);
  }
}

async function auditCopies(directory: string, to: string): Promise<readonly Copy[]> {
  const folder = await auditFolderOf(directory);
  const segments = await listSegments(folder);
  const signers = await listSigners(folder);
  return [
    ...segments.map(({ path, name, sizeBytes }) => {
      return { from: path, to: join(to, "audit", name), sizeBytes, sha256: null };
    }),
    ...signers.map(({ path, name, sizeBytes }) => {
      return { from: path, to: join(to, "audit", signersFolder, name), sizeBytes, sha256: null };
    }),
  ];
}

/** What a server still writes to an audit would not be in the copy. */
async function lockOwner(auditDir: string | null): Promise<() => void> {
  if (auditDir === null) return () => {};
  const owner = dirname(await auditFolderOf(auditDir));
  if ((await stat(join(owner, lockFileName)).catch(() => null)) === null) return () => {};
  try {
    const lock: DirectoryLock = lockDataDirectory(owner);
    return () => lock.release();
  } catch (error) {
    // One that can only be read, such as a snapshot, has no server.
    if (!(error instanceof StoreError) || error.code !== "LOCKED") return () => {};
    throw new Error(
      `The audit in "${owner}" is a running server's. Stop that server first: what it records ` +
        "from now on would be missing.",
    );
  }
}

const anotherOne = "The back-up is damaged: take another one.";

function altered(path: string): Error {
  return new Error(`"${path}" is not as it was written. ${anotherOne}`);
}
