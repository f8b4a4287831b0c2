import { lineBlocks, newline } from "./line-blocks.js";
import { createMemoryIndex, type MemoryIndex } from "./memory-index.js";
import { parseRecord } from "./parse-record.js";
import { readLine } from "./record.js";
import type { Segment } from "./segments.js";
import { writeSidecar } from "./sidecar.js";

/**
 * Makes the index beside a closed segment anew.
 *
 * @returns false when the segment is damaged
 */
export async function rebuildSidecar(segment: Segment): Promise<boolean> {
  const index = createMemoryIndex(segment.firstSeq);
  let lastHash = "";
  for await (const { bytes, whole } of lineBlocks(segment.path)) {
    if (!whole) return false;
    for (let from = 0; from < bytes.length; ) {
      const to = bytes.indexOf(newline, from);
      const place = readLine(bytes, from, to);
      if (typeof place === "string" || place.seq !== segment.firstSeq + index.records) return false;
      if (!indexLine(index, bytes, from, to)) return false;
      lastHash = place.hash;
      from = to + 1;
    }
  }
  if (index.records === 0) return false;
  await writeSidecar(segment.path, index.content(), lastHash);
  return true;
}

/** Adds a line to an index; false when its content is no record. */
export function indexLine(index: MemoryIndex, bytes: Buffer, from: number, to: number): boolean {
  const record = parseRecord(bytes, from, to);
  if (record === null) return false;
  index.add(record, record.timeMs, to + 1 - from);
  return true;
}
