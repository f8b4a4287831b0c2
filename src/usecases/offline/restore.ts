import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { ChainHead } from "../../audit/audit.js";
import { describeKeyFile, type KeyFileDescription } from "../../vault/key-file.js";
import type { TransitOptions } from "../../vault/transit-options.js";
import { type BackupFolder, readManifest } from "./backup-manifest.js";
import { checkRestored } from "./check-restored.js";
import { copyBackup } from "./copy-backup.js";
import { claimTarget } from "./restore-target.js";

export interface RestoreOptions {
  /** Folder of the back-up. */
  readonly from: string;
  /** Folder to restore into: absent or empty, but for a key file. */
  readonly dataDir: string;
  readonly keyFile: string;
  /** For a key file that the transit engine opens. */
  readonly transit: TransitOptions;
  /**
   * The newest audit that is left of the server, to be restored in place of the back-up's own: who
   * was erased after the back-up is erased again by it. Null for the back-up's own.
   */
  readonly auditDir: string | null;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RestoreProgress) => void;
}

/** What is being done, and how much of it: bytes, or persons when the keys are tried. */
export interface RestoreProgress {
  readonly step: "copying" | "checking the audit" | "trying the keys";
  readonly done: number;
  readonly total: number;
}

export interface Restored {
  readonly manifest: BackupFolder;
  readonly persons: number;
  readonly auditRecords: number;
  /** The newest record of the audit that was restored. */
  readonly auditHead: ChainHead;
  readonly isNewerAudit: boolean;
  /** Of the signer: 32 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * Restores a back-up into a folder of its own, and lets nothing stand there that was not checked:
 * every file's checksum, the audit's chain, the database, and that the key file opens it all. When
 * anything is wrong, the folder is left as it was. No server is needed, and none may use the folder.
 *
 * @throws Error that says what is wrong and what to do
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { from, auditDir, signal, onProgress = () => {} } = options;
  const manifest = await readManifest(from);
  const keys = await requireKeys(options.keyFile, manifest);
  const target = await claimTarget(options.dataDir, resolve(options.keyFile));
  try {
    const requireGoingOn = () => {
      if (signal.aborted) throw new Error("Interrupted. Nothing was restored.");
    };
    const progress = (step: RestoreProgress["step"], done: number, total: number) => {
      requireGoingOn();
      onProgress({ step, done, total });
    };
    const copy = { manifest, from, auditDir, to: target.staging };
    await copyBackup(copy, (done, total) => progress("copying", done, total));
    const { keyFile, transit } = options;
    const vault = { provider: keys.provider, keyFile, transit };
    const checked = await checkRestored({ folder: target.staging, manifest, vault, progress });
    requireGoingOn();
    await target.commit();
    return { manifest, ...checked, isNewerAudit: auditDir !== null };
  } catch (error) {
    await rm(target.staging, { recursive: true, force: true });
    throw error;
  } finally {
    await target.release();
  }
}

async function requireKeys(path: string, manifest: BackupFolder): Promise<KeyFileDescription> {
  const found = await describeKeyFile(path);
  const needed = manifest.keyVersions;
  const when = new Date(manifest.createdAtMs).toISOString();
  if (found === null) {
    throw new Error(
      `There is no key file "${path}". The back-up of ${when} needs the one with ` +
        `${versionsText(needed)}: give it with --key-file. Nothing can be opened without it.`,
    );
  }
  const held = found.keys.map(({ version }) => version);
  const missing = needed.filter((version) => !held.includes(version));
  if (missing.length === 0) return found;
  const oldest = held[0] ?? 0;
  const why = missing.every((version) => version < oldest)
    ? "Keys are retired so that older back-ups can not be read any more. Restore one that was " +
      "made after the rotation, or give a key file from before it, if one may still exist."
    : "Give the newest key file of the server that the back-up is of.";
  throw new Error(
    `The key file "${path}" does not open this back-up: the back-up of ${when} needs ` +
      `${versionsText(needed)}, and the key file has ${versionsText(held)}. ${why}`,
  );
}

function versionsText(versions: readonly number[]): string {
  return `key version${versions.length === 1 ? "" : "s"} ${versions.join(", ")}`;
}
