import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import type { IndexContent } from "./memory-index.js";
import { recordOffset } from "./record.js";
import { dedupe, intersect, type SegmentIndex, timeRangeOf, union } from "./segment-index.js";
import { type Segment, sidecarPath } from "./segments.js";
import {
  decodeList,
  decodeSidecar,
  encodeSidecar,
  fencesOf,
  type SidecarHeader,
} from "./sidecar-format.js";
import { writeWhole } from "./write-whole.js";

/**
 * Lists of more bytes than this are not read when a shorter one has few records already: looking
 * into those is quicker.
 */
const fewRecords = 64;

/** An index that is read from its file bit by bit: a few kilobytes of it stay in memory. */
export interface Sidecar extends SegmentIndex {
  /** False once its file was replaced, altered or removed. */
  isCurrent(): Promise<boolean>;
}

/** Writes the index of a closed segment beside it. */
export async function writeSidecar(
  segmentPath: string,
  content: IndexContent,
  lastHash: string,
): Promise<void> {
  await writeWhole(sidecarPath(segmentPath), encodeSidecar(content, lastHash), false);
}

/**
 * Opens the index beside a closed segment.
 *
 * @returns null when there is none, or it is stale or damaged
 */
export async function openSidecar(segment: Segment): Promise<Sidecar | null> {
  const path = sidecarPath(segment.path);
  try {
    const file = await readFile(path);
    const header = decodeSidecar(file);
    if (header === null || !(await isOf(segment, header))) return null;
    const before = await fingerprint(path);
    return {
      ...sidecarOf(path, header),
      isCurrent: async () => (await fingerprint(path)) === before,
    };
  } catch {
    return null;
  }
}

/** Whether a segment is the one that an index was made of: by its size and its last hash. */
async function isOf(segment: Segment, header: SidecarHeader): Promise<boolean> {
  const { firstSeq, segmentSizeBytes, lastOffsetBytes, lastHash } = header;
  if (firstSeq !== segment.firstSeq || header.records === 0) return false;
  if ((await stat(segment.path)).size !== segmentSizeBytes) return false;
  return await withFile(segment.path, async (file) => {
    const start = await readAt(file, lastOffsetBytes, recordOffset);
    return start.includes(lastHash, 0, "latin1");
  });
}

function sidecarOf(path: string, header: SidecarHeader): SegmentIndex {
  const { records } = header;
  return {
    records,
    timeRange: (fromMs, untilMs) => timeRangeOf(header, records, fromMs, untilMs),
    find: (terms, from, to) =>
      withFile(path, async (file) => {
        const found = await findAll(file, header, terms);
        return found.filter((position) => position >= from && position < to);
      }),
    offsets: (from, to) =>
      withFile(path, async (file) =>
        words(await readAt(file, header.offsetsAt + from * 4, (to - from + 1) * 4)),
      ),
  };
}

async function findAll(
  file: FileHandle,
  header: SidecarHeader,
  terms: readonly (readonly number[])[],
): Promise<Uint32Array> {
  const wanted: (readonly List[])[] = [];
  for (const any of terms) {
    const lists: List[] = [];
    for (const term of any) {
      const list = await findTerm(file, header, term);
      if (list !== null) lists.push(list);
    }
    wanted.push(lists);
  }
  wanted.sort((a, b) => sizeOf(a) - sizeOf(b));
  let found: Uint32Array | null = null;
  for (const lists of wanted) {
    if (found !== null && found.length <= fewRecords) break;
    const positions: Uint32Array[] = [];
    for (const { offset, sizeBytes } of lists) {
      positions.push(decodeList(await readAt(file, header.listsAt + offset, sizeBytes)));
    }
    const any = union(positions);
    found = found === null ? any : intersect(found, any);
  }
  return dedupe(found ?? new Uint32Array(0));
}

interface List {
  readonly offset: number;
  readonly sizeBytes: number;
}

function sizeOf(lists: readonly List[]): number {
  return lists.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function findTerm(
  file: FileHandle,
  header: SidecarHeader,
  term: number,
): Promise<List | null> {
  const [from, to] = fencesOf(header, term);
  if (from === to) return null;
  // With the entry after the last, whose start is the end of that one's list.
  const entries = words(await readAt(file, header.termsAt + from * 8, (to - from + 1) * 8));
  for (let at = 0; at < (to - from) * 2; at += 2) {
    if (entries[at] !== term) continue;
    const offset = entries[at + 1] ?? 0;
    return { offset, sizeBytes: (entries[at + 3] ?? 0) - offset };
  }
  return null;
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Reads so many bytes; fewer are an error. */
async function readAt(file: FileHandle, at: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(sizeBytes);
  const { bytesRead } = await file.read(bytes, 0, sizeBytes, at);
  if (bytesRead < sizeBytes) throw new Error("an index of the audit log was cut short");
  return bytes;
}

function words(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

async function fingerprint(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}
