import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const chunkBytes = 4 << 20;
const pageBytes = 4096;
const needleBytes = 48;
const mask = 0x5a;

/** Part of a vector's bytes, masked, so that the search for it does not find itself. */
export interface Needle {
  readonly masked: Uint8Array;
}

/** The middle 48 bytes of a vector of at least 96 bytes. The caller zeroes the vector. */
export function needleOf(vector: Float32Array | Int8Array): Needle {
  const middle = vector.byteOffset + (vector.byteLength >> 3) * 4 - 24;
  return { masked: new Uint8Array(vector.buffer, middle, needleBytes).map((byte) => byte ^ mask) };
}

/** How often each needle stands, aligned to a float, in the writable memory of this process. */
export function countInMemory(needles: readonly Needle[]): readonly number[] {
  const firsts = needles.map(({ masked }) => {
    return (new DataView(masked.buffer).getUint32(0, true) ^ 0x5a5a5a5a) >>> 0;
  });
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  const words = new Uint32Array(chunk.buffer);
  const memory = openSync("/proc/self/mem", "r");
  const hits = needles.map(() => new Set<number>());
  for (const [start, end] of writableRanges()) {
    for (let from = start; from < end; ) {
      const wanted = Math.min(chunkBytes, end - from);
      const bytes = readOrNone(memory, chunk, wanted, from);
      needles.forEach(({ masked }, needle) => {
        for (let word = words.indexOf(firsts[needle] ?? 0); word >= 0 && word < bytes / 4; ) {
          if (masked.every((byte, i) => chunk[word * 4 + i] === (byte ^ mask))) {
            hits[needle]?.add(from + word * 4);
          }
          word = words.indexOf(firsts[needle] ?? 0, word + 1);
        }
      });
      chunk.fill(0);
      // A page that went away meanwhile ends a read early; what lies behind it is read all the same.
      from += bytes < wanted ? bytes + pageBytes : Math.max(bytes - needleBytes, pageBytes);
    }
  }
  closeSync(memory);
  return hits.map((found) => found.size);
}

function writableRanges(): readonly (readonly [number, number])[] {
  const ranges = readFileSync("/proc/self/maps", "utf8").matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) rw\S* \S+ \S+ \S+ *(?!\[v)/gm,
  );
  return [...ranges].map(([, start, end]) => [
    Number.parseInt(start ?? "", 16),
    Number.parseInt(end ?? "", 16),
  ]);
}

/** Memory can be unmapped between the listing and the reading. */
function readOrNone(file: number, into: Buffer, bytes: number, from: number): number {
  try {
    return readSync(file, into, 0, bytes, from);
  } catch {
    return 0;
  }
}
