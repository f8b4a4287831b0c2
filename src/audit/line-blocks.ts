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
 * The memory is constant; a line longer than a record may be is given cut short, and is the last.
 *
 * @param fromBytes where a line begins
 * @param untilBytes nothing is read from there on
 */
export async function* lineBlocks(
  path: string,
  fromBytes = 0,
  untilBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<LineBlock> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(readSizeBytes + recordSizeBytesMax);
    let offsetBytes = fromBytes;
    let kept = 0;
    while (kept <= recordSizeBytesMax) {
      const room = Math.min(readSizeBytes, untilBytes - offsetBytes - kept);
      const { bytesRead } =
        room > 0 ? await handle.read(buffer, kept, room, offsetBytes + kept) : { bytesRead: 0 };
      const size = kept + bytesRead;
      if (bytesRead === 0) {
        if (size > 0) yield { bytes: buffer.subarray(0, size), offsetBytes, whole: false };
        return;
      }
      const end = buffer.lastIndexOf(newline, size - 1) + 1;
      if (end > 0) yield { bytes: buffer.subarray(0, end), offsetBytes, whole: true };
      buffer.copyWithin(0, end, size);
      offsetBytes += end;
      kept = size - end;
    }
    yield { bytes: buffer.subarray(0, kept), offsetBytes, whole: false };
  } finally {
    await handle.close();
  }
}
