import { join } from "node:path";
import { createExclusive } from "../base/exclusive.js";
import type { AuditEvent } from "./audit.js";
import { createMemoryIndex, type MemoryIndex } from "./memory-index.js";
import type { EncodedLine } from "./record.js";
import type { SegmentIndex } from "./segment-index.js";
import { type Segment, segmentName } from "./segments.js";
import { openSidecar, type Sidecar } from "./sidecar.js";
import { runInThread } from "./thread.js";

/** The files of a log that is open, oldest first, with the index of each. */
export interface Catalog {
  /** Adds the next record. @param beginsFile whether a new file is begun with it */
  add(event: AuditEvent, encoded: EncodedLine, beginsFile: boolean): void;
  files(): readonly CatalogFile[];
  /** Forgets files that were removed. */
  forget(files: readonly Segment[]): void;
  /** Begins nothing more in other threads, and waits for what is under way there. */
  settle(): Promise<void>;
}

/** A file as it was when it was asked for. */
export interface CatalogFile extends Segment {
  /** Null when it cannot be had, because the file is damaged or the disk is full. */
  index(): Promise<SegmentIndex | null>;
  /** Whether it has been forgotten since. */
  wasPruned(): boolean;
}

interface Entry {
  readonly path: string;
  readonly name: string;
  readonly firstSeq: number;
  sizeBytes: number;
  /** Until the index is in its own file. */
  memory: MemoryIndex | null;
  sidecar: Promise<Sidecar | null> | null;
}

/**
 * @param closed the files before the one in the making
 * @param current index of the one in the making
 */
export function createCatalog(
  directory: string,
  closed: readonly Segment[],
  current: MemoryIndex,
): Catalog {
  // One thread at a time beside those that serve.
  const exclusive = createExclusive();
  let settling = false;
  const entries: Entry[] = closed.map((segment) => ({ ...segment, memory: null, sidecar: null }));
  entries.push(begin(current));
  function begin(memory: MemoryIndex): Entry {
    const name = segmentName(memory.firstSeq);
    const { firstSeq } = memory;
    const path = join(directory, name);
    return { path, name, firstSeq, sizeBytes: memory.sizeBytes(), memory, sidecar: null };
  }

  /** Has the index of a full file written beside it, and lets go of the memory. */
  async function seal({ path }: Entry, memory: MemoryIndex, lastHash: string): Promise<void> {
    if (settling) return;
    const content = memory.content();
    const transfer = [content.offsets, content.postings, content.times].map(({ buffer }) => buffer);
    await runInThread("seal", { path, content, lastHash }, { transfer });
  }

  async function indexOf(entry: Entry): Promise<SegmentIndex | null> {
    if (entry.memory !== null) return entry.memory;
    const attempt = entry.sidecar;
    const had = await attempt;
    if (had != null && (await had.isCurrent())) return had;
    // Several may wait: the first one begins anew, the others wait for that.
    if (entry.sidecar === attempt) entry.sidecar = load(entry);
    return await entry.sidecar;
  }

  async function load({ path, name, firstSeq, sizeBytes }: Entry): Promise<Sidecar | null> {
    const segment = { path, name, firstSeq, sizeBytes };
    const found = await openSidecar(segment);
    if (found !== null) return found;
    const rebuilt = await exclusive(() => runInThread("rebuild", { segment })).catch(() => false);
    return rebuilt ? await openSidecar(segment) : null;
  }

  return {
    add(event, { line, head, prev, timeMs }, beginsFile) {
      const full = entries.at(-1);
      if (beginsFile && full?.memory != null) {
        const { memory } = full;
        entries.push(begin(createMemoryIndex(head.seq)));
        // Nothing depends on it: without it the index is made anew when somebody asks.
        void exclusive(() => seal(full, memory, prev))
          .catch(() => undefined)
          .finally(() => {
            full.memory = null;
          });
      }
      const entry = entries.at(-1);
      if (entry?.memory == null) throw new Error("there is no file in the making");
      entry.memory.add(event, timeMs, line.length);
      entry.sizeBytes = entry.memory.sizeBytes();
    },
    files: () =>
      entries.map((entry) => ({
        path: entry.path,
        name: entry.name,
        firstSeq: entry.firstSeq,
        sizeBytes: entry.sizeBytes,
        index: () => indexOf(entry),
        wasPruned: () => !entries.includes(entry),
      })),
    forget(files) {
      const gone = new Set(files.map(({ firstSeq }) => firstSeq));
      entries.splice(0, entries.length, ...entries.filter(({ firstSeq }) => !gone.has(firstSeq)));
    },
    async settle() {
      settling = true;
      await exclusive(async () => undefined);
    },
  };
}
