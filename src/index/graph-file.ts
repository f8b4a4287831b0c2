import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Shape of an HNSW graph (Malkov and Yashunin, https://arxiv.org/abs/1603.09320). */
export interface GraphShape {
  /** Links per element and layer above the lowest, which has twice as many. 2 to 128. */
  readonly m: number;
  /** Candidates weighed when an element is linked. 8 to 4,096. */
  readonly efConstruction: number;
}

/** The head of a file that hnswlib 0.8 has written: sizes of 8 bytes, but for two of 4. */
const headBytes = 96;

/**
 * Whether a file of hnswlib's can be read by it: it checks hardly anything, takes a graph of
 * another dimension, and then reads beyond its memory.
 * @param slots elements that the graph has, erased ones among them
 */
export function isGraphFile(path: string, { dimension, shape, slots }: GraphFileFacts): boolean {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(headBytes);
    if (readSync(file, head, 0, headBytes, 0) < headBytes) return false;
    const size = (at: number) => Number(head.readBigUInt64LE(at));
    const { m, efConstruction } = shape;
    const linkBytes = 2 * m * 4 + 4;
    const elementBytes = linkBytes + dimension * 4 + 8;
    const room = size(8);
    const found = [size(0), size(16), size(24), size(32), size(40)];
    const wanted = [0, slots, elementBytes, linkBytes + dimension * 4, linkBytes];
    const links = [size(56), size(64), size(72), size(88)];
    if (found.some((value, i) => value !== wanted[i])) return false;
    // It links with no fewer candidates than links.
    const wantedLinks = [m, 2 * m, m, Math.max(m, efConstruction)];
    if (wantedLinks.some((value, i) => value !== links[i])) return false;
    if (room < slots || head.readInt32LE(48) < 0 || head.readUInt32LE(52) >= slots) return false;
    // Each element has its links and vector, and a length of its upper links at least.
    return fstatSync(file).size >= headBytes + slots * (elementBytes + 4);
  } finally {
    closeSync(file);
  }
}

export interface GraphFileFacts {
  readonly dimension: number;
  readonly shape: GraphShape;
  readonly slots: number;
}

/** Bytes at most that the file of such a graph has. */
export function graphFileBytes({ dimension, shape: { m }, slots }: GraphFileFacts): number {
  // Upper levels: each has 1 / m of the one below, of m links each.
  return (
    headBytes + slots * (2 * m * 4 + dimension * 4 + 24) + Math.ceil((slots / m) * 2) * (m + 1) * 8
  );
}
