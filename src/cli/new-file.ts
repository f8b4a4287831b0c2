import { type FileHandle, lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";

/** A file of answers, mode 0600: they may be about people. */
export interface NewFile {
  write(content: string | Uint8Array): Promise<void>;
  /** Puts it on the disk under its name. */
  keep(): Promise<void>;
  /** Removes it, unless it was kept. */
  discard(): Promise<void>;
}

/**
 * Makes a file that has its name only once it is whole; until then it ends with `.partial`. An
 * existing one is never replaced.
 *
 * @throws Error when there is one already, or it cannot be made
 */
export async function createNewFile(path: string): Promise<NewFile> {
  if ((await lstat(path).catch(() => null)) !== null) {
    throw new Error(`${path}: is there already. Name another file, or move that one away.`);
  }
  const partial = `${path}.partial`;
  const handle = await openNew(partial);
  let kept = false;
  let closed = false;
  const close = async () => {
    if (!closed) await handle.close();
    closed = true;
  };
  return {
    write: (content) => handle.writeFile(content),
    async keep() {
      await handle.sync();
      await close();
      await rename(partial, path);
      kept = true;
      await syncDirectory(dirname(path));
    },
    async discard() {
      await close();
      if (!kept) await rm(partial, { force: true });
    },
  };
}

/** Writes a new file in one go. */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const file = await createNewFile(path);
  try {
    await file.write(content);
    await file.keep();
  } finally {
    await file.discard();
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === "EEXIST"
        ? `${path}: was left by a command that was broken off. Remove it first.`
        : `${path}: cannot be made (${code}).`,
    );
  }
}
