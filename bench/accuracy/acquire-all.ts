import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BenchError, errorText } from "../errors.js";
import type { Progress } from "../progress.js";
import type { AcquiredImage, Acquirer } from "./acquired.js";
import type { EmbeddingCache } from "./cache.js";

/** Images in hand for each one that is worked on, so that no worker waits for the disk. */
const READ_AHEAD = 2;

/**
 * Acquires every image once.
 *
 * @param paths without doubles, relative to the root
 * @throws BenchError when a file cannot be read; the signal's reason when it is aborted
 */
export async function acquireAll(
  paths: readonly string[],
  root: string,
  acquirer: Acquirer,
  cache: EmbeddingCache,
  progress: Progress,
  signal: AbortSignal,
): Promise<Map<string, AcquiredImage>> {
  const images = new Map<string, AcquiredImage>();
  const queue = paths.values();
  let failed = false;
  async function work(): Promise<void> {
    for (const path of queue) {
      if (failed) return;
      signal.throwIfAborted();
      try {
        images.set(path, await acquireOne(join(root, path), acquirer, cache));
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
      progress.add();
    }
  }
  const lanes = Array.from({ length: acquirer.parallel * READ_AHEAD }, work);
  const settled = await Promise.allSettled(lanes);
  await cache.flush();
  for (const lane of settled) if (lane.status === "rejected") throw lane.reason;
  return images;
}

async function acquireOne(
  file: string,
  acquirer: Acquirer,
  cache: EmbeddingCache,
): Promise<AcquiredImage> {
  const bytes = await read(file);
  const image = createHash("sha256").update(bytes).digest("hex");
  const key = `${acquirer.identity.fingerprint}:${image}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const acquired = await acquirer.acquire(bytes);
  await cache.put(key, acquired);
  return acquired;
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // A copy of its own: small files come from a pool that cannot be given to a worker.
    return Uint8Array.from(await readFile(file));
  } catch (thrown) {
    throw new BenchError(`an image of the list cannot be read: ${errorText(thrown)}`);
  }
}
