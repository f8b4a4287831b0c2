import { lstat, mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { syncDirectory } from "../../base/sync-directory.js";

/**
 * Makes a folder, mode 0700, that has its name only once the work is done; until then it ends with
 * `.partial`, and it goes when the work fails.
 *
 * @param work fills the folder that it is given, durably
 * @throws Error when there is something of that name already; what the work throws
 */
export async function makeWholeFolder<T>(
  path: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = resolve(path);
  const partial = `${folder}.partial`;
  await requireAbsent(folder, "Nothing is ever written over: name a new folder.");
  await requireAbsent(
    partial,
    "A command that was broken off left it behind: remove it, or name another folder.",
  );
  await mkdir(partial, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The folder "${partial}" cannot be made (${error.code}).`);
  });
  try {
    const result = await work(partial);
    await syncDirectory(partial);
    await rename(partial, folder);
    await syncDirectory(dirname(folder));
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function requireAbsent(path: string, remedy: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found !== null) throw new Error(`There is "${path}" already. ${remedy}`);
}
