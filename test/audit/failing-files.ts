import {
  type OpenSegmentFile,
  openSegmentFile,
  type SegmentFile,
} from "../../src/audit/segments.js";

/** Opens real files with some of their doing replaced. */
export function watched(changes: {
  append?: (file: SegmentFile, buffers: readonly Buffer[]) => Promise<void>;
}): OpenSegmentFile {
  return async (path) => {
    const file = await openSegmentFile(path);
    return {
      append: (buffers) => changes.append?.(file, buffers) ?? file.append(buffers),
      close: () => file.close(),
    };
  };
}
