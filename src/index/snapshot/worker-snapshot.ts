import { rmSync } from "node:fs";
import type { Gallery } from "../gallery.js";
import type { OpenedSnapshot, SavedSnapshot } from "../messages.js";
import type { Task } from "../task.js";
import { frameKinds, writeFrame } from "./frames.js";
import { openGalleries } from "./open-gallery.js";
import { ChangedError, saveGallery } from "./save-gallery.js";
import {
  createSealedReader,
  createSealedWriter,
  type SealedBy,
  type SealedWriter,
} from "./sealed-file.js";

/** Where a worker's part of a snapshot is, and what it is sealed with. */
export interface SnapshotFile extends SealedBy {
  readonly path: string;
}

/**
 * Writes every gallery of a worker to one new file. Where that fails, nothing is left of it.
 * @param galleries as they are now: one may go meanwhile
 */
export function* saveSnapshot(
  file: SnapshotFile,
  galleries: ReadonlyMap<string, Gallery>,
): Task<SavedSnapshot> {
  const before = [...galleries].map(([name, gallery]) => {
    return { name, gallery, changes: gallery.parts.changes };
  });
  // Also of what was written already: somebody who was removed must be in no snapshot.
  const requireUnchanged = () => {
    for (const { name, gallery, changes } of before) {
      const isSame = galleries.get(name) === gallery && gallery.parts.changes === changes;
      if (!isSame) throw new ChangedError();
    }
  };
  let writer: SealedWriter | null = null;
  let isSaved = false;
  let graphsLeftOut = 0;
  try {
    writer = createSealedWriter(file.path, file);
    for (const { name, gallery } of before) {
      requireUnchanged();
      if ((yield* saveGallery(writer, name, gallery.parts, requireUnchanged)) === "no room")
        graphsLeftOut += 1;
    }
    requireUnchanged();
    writeFrame(writer, frameKinds.end, Buffer.alloc(0));
    const sizeBytes = writer.end();
    isSaved = true;
    return { isSaved: true, sizeBytes, graphsLeftOut };
  } catch (thrown) {
    const why =
      thrown instanceof ChangedError ? "somebody was removed meanwhile" : (thrown as Error).message;
    return { isSaved: false, why };
  } finally {
    writer?.close();
    file.key.fill(0);
    if (!isSaved && writer !== null) rmSync(file.path, { force: true });
  }
}

/** Reads such a file. Where anything about it is wrong, no gallery is left of it. */
export function openSnapshot(
  file: SnapshotFile,
  create: (name: string) => Gallery | null,
): { readonly answer: OpenedSnapshot; readonly galleries: ReadonlyMap<string, Gallery> } {
  try {
    const reader = createSealedReader(file.path, file);
    try {
      const galleries = openGalleries(reader, create);
      const shards = [...galleries].map(([name, { persons, templates }]) => {
        return { name, persons, templates };
      });
      return { answer: { isOpen: true, shards }, galleries };
    } finally {
      reader.close();
    }
  } catch (thrown) {
    return { answer: { isOpen: false, why: (thrown as Error).message }, galleries: new Map() };
  } finally {
    file.key.fill(0);
  }
}
