import { createHash } from "node:crypto";
import { constants, type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Bytes read at once. */
const CHUNK_SIZE_BYTES = 1_048_576;

export interface FileToCopy {
  readonly from: string;
  /** Null reads without writing. */
  readonly to: string | null;
  /** How much of it; null for all. */
  readonly sizeBytes: number | null;
}

export interface CopiedFile {
  readonly sizeBytes: number;
  /** Lower-case hex, of the bytes that were written. */
  readonly sha256: string;
}

/**
 * Copies a plain file, durably, into folders that are made: mode 0700, the file 0600.
 *
 * @param onChunk told how many bytes more were read; may throw to break off
 * @throws Error when it is no plain file, or ends early
 */
export async function copyFile(
  { from, to, sizeBytes }: FileToCopy,
  onChunk: (sizeBytes: number) => void,
): Promise<CopiedFile> {
  const source = await openPlain(from);
  let target: FileHandle | null = null;
  try {
    if (to !== null) {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      target = await open(to, "wx", 0o600);
    }
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE_BYTES);
    const wanted = sizeBytes ?? (await source.stat()).size;
    let done = 0;
    while (done < wanted) {
      const size = Math.min(buffer.length, wanted - done);
      const { bytesRead } = await source.read(buffer, 0, size, done);
      if (bytesRead === 0) throw new Error(`"${from}" ended early: something is changing it.`);
      const bytes = buffer.subarray(0, bytesRead);
      hash.update(bytes);
      if (target !== null) await target.writeFile(bytes);
      done += bytesRead;
      onChunk(bytesRead);
    }
    await target?.sync();
    return { sizeBytes: done, sha256: hash.digest("hex") };
  } finally {
    await target?.close();
    await source.close();
  }
}

async function openPlain(path: string): Promise<FileHandle> {
  // A pipe in its place must not hold the command up, nor a link lead elsewhere.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "is missing" : `cannot be read (${error.code})`;
    throw new Error(`"${path}" ${why}.`);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error(`"${path}" is not a plain file.`);
}
