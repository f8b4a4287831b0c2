import { randomUUID } from "node:crypto";
import { closeSync, openSync, statfsSync, unlinkSync } from "node:fs";

/** A file system in memory. What is in it can still be swapped out, as all memory can. */
const memoryDirectory = "/dev/shm";
/** Left free of it for others. */
const spareBytes = 16 * 1_048_576;

/**
 * A file in memory that has no name: hnswlib reads and writes files only, by their name, and what it
 * writes is vectors in the clear. `path` leads to it for this process alone, and it is gone when
 * it is closed, also by the end of the process.
 */
export interface NamelessFile {
  readonly descriptor: number;
  readonly path: string;
  close(): void;
}

/** @returns null where there is no such file system, or not that much room in it */
export function createNamelessFile(sizeBytes: number): NamelessFile | null {
  if (process.platform !== "linux" || !hasRoom(sizeBytes)) return null;
  const name = `${memoryDirectory}/cordon-${randomUUID()}`;
  let descriptor: number;
  try {
    descriptor = openSync(name, "wx+", 0o600);
  } catch {
    return null;
  }
  // Before anything is in it: nobody else can open it any more.
  unlinkSync(name);
  let isOpen = true;
  return {
    descriptor,
    path: `/proc/self/fd/${descriptor}`,
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function hasRoom(sizeBytes: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(memoryDirectory);
    return bavail * bsize >= sizeBytes + spareBytes;
  } catch {
    return false;
  }
}
