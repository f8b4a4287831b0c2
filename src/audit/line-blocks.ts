import { open } from "node:fs/promises";
import { recordSizeBytesMax } from "./record.js";

/** Bytes read at once; the process does other work between two reads. */
export const readSizeBytes = 1_048_576;

export const newline = 0x0a;

/** A piece of a file that ends where a line ends, or what stands after the last newline. */
export interface LineBlock {
  /** Good until the next block is asked for: one buffer serves them all. */
  readonly bytes: Buffer;
  /** Where the piece begins in its file. */
  readonly offsetBytes: number;
  /** False for what stands after the last newline, and for a line longer than a record may be. */
  readonly whole: boolean;
}

/**
 * The lines of a file in blocks of many, so that a reader goes from line to line without waiting.
 * It reads as far as the file goes when it begins, in constant memory. A line longer than a record
 * may be is given cut short, and is the last.
 */
export async function* lineBlocks(path: string): AsyncGenerator<LineBlock> {
  const handle = await open(path, "r");
  try {
    const { size: end } = await handle.stat();
    const buffer = Buffer.allocUnsafeSlow(Math.min(end, readSizeBytes + recordSizeBytesMax));
    let offsetBytes = 0;
    let kept = 0;
    while (kept <= recordSizeBytesMax) {
      const room = Math.min(readSizeBytes, end - offsetBytes - kept);
      const { bytesRead } =
        room > 0 ? await handle.read(buffer, kept, room, offsetBytes + kept) : { bytesRead: 0 };
      if (bytesRead === 0) break;
      const size = kept + bytesRead;
      const whole = buffer.lastIndexOf(newline, size - 1) + 1;
      if (whole > 0) yield { bytes: buffer.subarray(0, whole), offsetBytes, whole: true };
      buffer.copyWithin(0, whole, size);
      offsetBytes += whole;
      kept = size - whole;
    }
    if (kept > 0) yield { bytes: buffer.subarray(0, kept), offsetBytes, whole: false };
  } finally {
    await handle.close();
  }
}
