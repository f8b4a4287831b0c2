import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { syncDirectory } from "../../base/sync-directory.js";
import {
  type DirectoryLock,
  lockDataDirectory,
  lockFileName,
  prepareDataDirectory,
} from "../../store/data-directory.js";
import { databaseName, signerName } from "./backup-manifest.js";

/** A folder of a file system of its own has this from the beginning. */
const lostFound = "lost+found";
const STAGING_PREFIX = "restore-";

/** A data folder that is being restored, locked against servers. */
export interface RestoreTarget {
  /** A folder in it, to be filled. */
  readonly staging: string;
  /** Moves what was staged to its place. The database comes last: without it no server starts. */
  commit(): Promise<void>;
  /** Unlocks it; when nothing was committed, it is as it was before. */
  release(): Promise<void>;
}

/**
 * Claims a data folder: makes it, mode 0700, or takes one that is empty but for its key file.
 *
 * @throws Error when there is anything else in it, or a server uses it
 */
export async function claimTarget(dataDir: string, keyFile: string): Promise<RestoreTarget> {
  const folder = resolve(dataDir);
  const before = await contents(folder);
  const ours = new Set([lockFileName, lostFound]);
  const others = (before ?? []).filter((name) => !ours.has(name) && join(folder, name) !== keyFile);
  if (others.length > 0) {
    throw new Error(
      `The folder "${folder}" is not empty: it has ${others.slice(0, 3).join(", ")}. A back-up is ` +
        "never restored over anything: name a folder that does not exist yet.",
    );
  }
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  const clear = async () => {
    if (made !== undefined) await removeEmpty(folder, resolve(made));
  };
  let lock: DirectoryLock | null = null;
  const unlock = async ({ forget }: { readonly forget: boolean }) => {
    // Another's lock file stays where it is.
    if (lock === null) return;
    if (forget && !before?.includes(lockFileName)) await rm(join(folder, lockFileName));
    lock.release();
  };
  try {
    await prepareDataDirectory(folder);
    lock = lockDataDirectory(folder);
    const staging = await mkdtemp(join(folder, STAGING_PREFIX));
    let committed = false;
    return {
      staging,
      async commit() {
        await moveInto(folder, staging);
        committed = true;
      },
      async release() {
        await unlock({ forget: !committed });
        if (!committed) await clear();
      },
    };
  } catch (error) {
    await unlock({ forget: true });
    await clear();
    throw error;
  }
}

/** Names in a folder; null when there is none. */
async function contents(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`The folder "${folder}" cannot be read (${(error as Error).message}).`);
  }
}

async function moveInto(folder: string, staging: string): Promise<void> {
  await syncDirectory(staging);
  for (const name of ["audit", signerName, databaseName]) {
    await rename(join(staging, name), join(folder, name));
    await syncDirectory(folder);
  }
  await rm(staging, { recursive: true });
}

/** Removes the folders that were made, from the inmost to the first, as long as they are empty. */
async function removeEmpty(folder: string, first: string): Promise<void> {
  for (let at = folder; at.startsWith(first); at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed || at === first) return;
  }
}
