import { packAnswers } from "./answers.js";
import type { Compare } from "./compare.js";
import type { Gallery, GalleryFactory } from "./gallery.js";
import type {
  Answer,
  Answers,
  Failure,
  OpenedSnapshot,
  Request,
  SavedSnapshot,
  ShardReport,
  Size,
} from "./messages.js";
import type { IndexDriverName } from "./port.js";
import type { PackedEntries } from "./rows.js";
import { openSnapshot, type SnapshotFile, saveSnapshot } from "./snapshot/worker-snapshot.js";
import type { Task } from "./task.js";

type SearchRequest = Extract<Request, { kind: "search" }>;
type CompareRequest = Extract<Request, { kind: "compare" }>;

/** A request to one gallery, or about none. */
export type GalleryRequest = Extract<Request, { galleryId: string }> | CompareRequest;

/**
 * The galleries of one worker. Requests were checked on the host, so whatever throws here is a
 * bug: the thread is let die, since a half-changed gallery is worse than one that is reloaded.
 */
export interface Engine {
  handle(request: GalleryRequest): { readonly answer: Answer } | { readonly failure: Failure };
  report(): readonly ShardReport[];
  /** Writes everything to a file, in idle slices; then calls `done`. One at a time. */
  save(file: SnapshotFile, done: (saved: SavedSnapshot) => void): void;
  /** Makes the galleries that a file holds. */
  open(file: SnapshotFile, drivers: ReadonlyMap<string, IndexDriverName>): OpenedSnapshot;
  /**
   * A slice of background work, one gallery after another; true while there is more.
   * @param isIdle nobody waits for this worker
   */
  upkeep(isIdle: boolean): boolean;
  wipe(): void;
}

/** A snapshot that is being written. */
interface Saving {
  readonly run: Task<SavedSnapshot>;
  readonly done: (saved: SavedSnapshot) => void;
}

/** An engine without galleries. */
export function createEngine(createGallery: GalleryFactory, compare: Compare): Engine {
  const galleries = new Map<string, Gallery>();
  let saving: Saving | null = null;
  /** Galleries that may have background work, the next first. */
  const busy = new Set<Gallery>();

  function drop(galleryId: string): void {
    const gallery = galleries.get(galleryId);
    if (gallery === undefined) return;
    galleries.delete(galleryId);
    busy.delete(gallery);
    gallery.wipe();
  }

  function add(gallery: Gallery, entries: PackedEntries): Size | null {
    try {
      gallery.add(entries);
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    } finally {
      entries.vectors.fill(0);
    }
    busy.add(gallery);
    return sizeOf(gallery);
  }

  function search(gallery: Gallery, request: SearchRequest): Answers["search"] {
    const { queries, count, k, atLeast } = request;
    const answers = packAnswers(gallery.search(queries, count, k, atLeast));
    queries.fill(0);
    if (gallery.hasReplays) busy.add(gallery);
    return answers;
  }

  function compareAll(request: CompareRequest): Answers["compare"] | null {
    const { queries, count, atLeast, from } = request;
    try {
      return compare(queries, count, atLeast, from);
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    } finally {
      queries.fill(0);
    }
  }

  function saveSome(): void {
    const step = saving?.run.next();
    if (step?.done !== true) return;
    saving?.done(step.value);
    saving = null;
  }

  return {
    handle(request) {
      if (request.kind === "create") {
        drop(request.galleryId);
        galleries.set(request.galleryId, createGallery(request.driver));
        return { answer: null };
      }
      if (request.kind === "drop") {
        drop(request.galleryId);
        return { answer: null };
      }
      if (request.kind === "compare") {
        const pairs = compareAll(request);
        return pairs === null ? { failure: "memory" } : { answer: pairs };
      }
      const gallery = galleries.get(request.galleryId);
      if (gallery === undefined) return { failure: "absent" };
      if (request.kind === "search") return { answer: search(gallery, request) };
      if (request.kind === "add") {
        const size = add(gallery, request.entries);
        return size === null ? { failure: "memory" } : { answer: size };
      }
      const removed =
        request.kind === "remove"
          ? gallery.removePerson(request.personId)
          : gallery.removeTemplates(request.templateIds);
      busy.add(gallery);
      return { answer: { ...sizeOf(gallery), removed } };
    },
    report() {
      return [...galleries].map(([galleryId, gallery]) => ({ galleryId, ...gallery.report() }));
    },
    save(file, done) {
      if (saving !== null) done({ isSaved: false, why: "another one is being saved" });
      else saving = { run: saveSnapshot(file, galleries), done };
    },
    open(file, drivers) {
      const { answer, galleries: opened } = openSnapshot(file, (name) => {
        const driver = drivers.get(name);
        return driver === undefined || galleries.has(name) ? null : createGallery(driver);
      });
      for (const [name, gallery] of opened) {
        galleries.set(name, gallery);
        busy.add(gallery);
      }
      return answer;
    },
    upkeep(isIdle) {
      if (saving !== null && isIdle) {
        saveSome();
        return true;
      }
      const [gallery] = busy;
      if (gallery === undefined) return saving !== null;
      busy.delete(gallery);
      // Back to the end of the line while it has more to do.
      if (gallery.upkeep(isIdle)) busy.add(gallery);
      return busy.size > 0 || saving !== null;
    },
    wipe() {
      saving?.run.return({ isSaved: false, why: "the worker is closing" });
      saving = null;
      for (const gallery of galleries.values()) gallery.wipe();
      galleries.clear();
      busy.clear();
    },
  };
}

function sizeOf(gallery: Gallery): Size {
  return { persons: gallery.persons, templates: gallery.templates };
}
