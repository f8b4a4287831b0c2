import { randomUUID } from "node:crypto";
import {
  constants,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";
import { VaultError } from "./vault.js";

/** Modes that let others than the owner read, change or run a file. */
const othersMode = 0o077;
const temporaryName = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** A small file that only its owner may read. */
export interface PrivateFile {
  readonly path: string;
  /** What errors call it, "key file" for instance. */
  readonly what: string;
}

/**
 * Reads a private file. The caller zeroes the bytes.
 *
 * @returns null when there is no such file
 * @throws VaultError when it cannot be read, is too long, or others than its owner may read it
 */
export async function readPrivateFile(
  { path, what }: PrivateFile,
  sizeBytesMax: number,
): Promise<Buffer | null> {
  let handle: FileHandle;
  try {
    // A pipe in its place must not hold up the start.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw new VaultError(
      `The ${what} "${path}" cannot be opened. Let the user who runs this server read it.`,
      cause,
    );
  }
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new VaultError(`"${path}" is not a ${what}, nor any file.`);
    const mode = status.mode & 0o777;
    if (process.platform !== "win32" && (mode & othersMode) !== 0) {
      throw new VaultError(
        `The ${what} "${path}" has mode 0${mode.toString(8)}, so that others than its owner may ` +
          `read or change it. Run: chmod 600 "${path}"; if others had the chance to read it, ` +
          "change what it holds (docs/keys.md).",
      );
    }
    if (status.size > sizeBytesMax) {
      throw new VaultError(`The ${what} "${path}" is longer than ${sizeBytesMax} bytes.`);
    }
    const bytes = Buffer.alloc(status.size);
    const { bytesRead } = await handle.read(bytes, 0, status.size, 0);
    return bytes.subarray(0, bytesRead);
  } catch (cause) {
    if (cause instanceof VaultError) throw cause;
    throw new VaultError(`The ${what} "${path}" cannot be read.`, cause);
  } finally {
    await handle.close();
  }
}

/**
 * Makes a private file, mode 0600, durable when the promise resolves. It appears whole or not at
 * all, in a directory that is made when absent; an existing one is never replaced.
 *
 * @returns false when there was one
 * @throws VaultError when it cannot be written
 */
export async function createPrivateFile(file: PrivateFile, bytes: Buffer): Promise<boolean> {
  const path = resolve(file.path);
  const directory = dirname(path);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = await writeTemporary(path, bytes);
    try {
      // A link, unlike a rename, fails when another process has made the file meanwhile.
      await link(temporary, path);
    } finally {
      await unlink(temporary);
    }
    await syncDirectory(directory);
    return true;
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return false;
    throw notWritten(file, directory, cause);
  }
}

/**
 * Replaces a private file, durably and atomically: killed at any moment, it is the old one or the
 * new one. What killed attempts left behind is removed.
 *
 * @param wipe overwrites the old bytes, as far as the file system writes in place
 * @throws VaultError when it cannot be replaced
 */
export async function replacePrivateFile(
  file: PrivateFile,
  bytes: Buffer,
  { wipe }: { readonly wipe: boolean },
): Promise<void> {
  let directory = dirname(resolve(file.path));
  try {
    const path = await realpath(file.path);
    directory = dirname(path);
    for (const left of await temporariesOf(path)) await wipeFile(left);
    const temporary = await writeTemporary(path, bytes);
    // Held open, its bytes can be reached when its name is the new file's.
    const old = wipe ? await open(path, "r+") : null;
    try {
      await renameOrRemove(temporary, path);
      await syncDirectory(directory);
      if (old !== null) await overwrite(old);
    } finally {
      await old?.close();
    }
  } catch (cause) {
    throw notWritten(file, directory, cause);
  }
}

/**
 * Removes a private file for good, durably when the promise resolves: unlinked, and its bytes
 * overwritten as far as the file system writes in place.
 *
 * @returns false when there was none
 * @throws VaultError when it is there and cannot be removed
 */
export async function destroyPrivateFile({ path, what }: PrivateFile): Promise<boolean> {
  try {
    await wipeFile(path);
    await syncDirectory(dirname(resolve(path)));
    return true;
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return false;
    throw new VaultError(`The ${what} "${path}" cannot be removed. Remove it.`, cause);
  }
}

/**
 * Wipes and removes what killed attempts to write a private file left beside it: keys, maybe, that
 * were to be destroyed. Where the directory cannot be listed, none could be replaced either.
 *
 * @throws VaultError when there is something that cannot be removed
 */
export async function removeLeftovers({ path, what }: PrivateFile): Promise<void> {
  // As given and as linked to: a file is made at the one and replaced at the other.
  const given = resolve(path);
  const paths = new Set([given, await realpath(given).catch(() => given)]);
  for (const each of paths) {
    for (const left of await temporariesOf(each).catch(() => [])) {
      await wipeFile(left).catch((cause: unknown) => {
        throw new VaultError(
          `A killed attempt to write the ${what} "${path}" left "${left}", which may hold keys, ` +
            "and which cannot be removed. Remove it.",
          cause,
        );
      });
    }
  }
}

async function writeTemporary(path: string, bytes: Buffer): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return temporary;
  } catch (cause) {
    await unlink(temporary);
    throw cause;
  } finally {
    await handle.close();
  }
}

async function renameOrRemove(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary);
    throw cause;
  }
}

/** Paths of what killed processes left beside the file: it may hold keys of long ago. */
async function temporariesOf(path: string): Promise<readonly string[]> {
  const [directory, name] = [dirname(path), basename(path)];
  return (await readdir(directory))
    .filter((entry) => entry.startsWith(name) && temporaryName.test(entry.slice(name.length)))
    .map((entry) => join(directory, entry));
}

async function wipeFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await unlink(path);
    await overwrite(handle);
  } finally {
    await handle.close();
  }
}

/** Zeroes a file that has no name any more. One that has is somebody's copy, and left alone. */
async function overwrite(handle: FileHandle): Promise<void> {
  try {
    const { nlink, size } = await handle.stat();
    if (nlink > 0) return;
    await handle.write(Buffer.alloc(size), 0, size, 0);
    await handle.sync();
  } catch {
    // The file is gone for everybody; that its blocks are too was never sure (docs/keys.md).
  }
}

function notWritten({ path, what }: PrivateFile, directory: string, cause: unknown): VaultError {
  return new VaultError(
    `The ${what} "${path}" cannot be written. Let the user who runs this server write to ` +
      `"${directory}", and see that its disk has room.`,
    cause,
  );
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}
