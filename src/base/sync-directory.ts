import { open } from "node:fs/promises";

/** Puts a directory's entries on the disk, so that a new file survives a loss of power. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
