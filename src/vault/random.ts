import { randomFillSync } from "node:crypto";

/**
 * Random bytes are asked for in bulk: a call of the system's generator costs as much for a
 * thousand bytes as for twelve.
 */
const poolSizeBytes = 4_096;
const pool = Buffer.alloc(poolSizeBytes);
let usedBytes = poolSizeBytes;

/**
 * Fills a part of `target` with cryptographically strong random bytes. No two calls get the same
 * bytes, and what was handed out is zeroed here.
 *
 * @param sizeBytes at most 4096
 */
export function fillRandom(target: Buffer, at: number, sizeBytes: number): void {
  if (sizeBytes > poolSizeBytes) throw new RangeError(`At most ${poolSizeBytes} at once.`);
  if (usedBytes + sizeBytes > poolSizeBytes) {
    randomFillSync(pool);
    usedBytes = 0;
  }
  pool.copy(target, at, usedBytes, usedBytes + sizeBytes);
  pool.fill(0, usedBytes, usedBytes + sizeBytes);
  usedBytes += sizeBytes;
}
