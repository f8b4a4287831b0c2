import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";

/**
 * Writes a file, mode 0600, so that under its name there is all of it or what was there before.
 *
 * @param durable whether it is on the disk when the promise resolves; a file that can be made
 *   again need not be, and then nobody waits for the disk
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | string,
  durable: boolean,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  if (durable) await syncDirectory(dirname(path));
}
