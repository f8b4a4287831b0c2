import { packAnswers } from "./answers.js";
import type { Gallery, GalleryFactory } from "./gallery.js";
import type { Answer, Answers, Failure, Request, ShardReport, Size } from "./messages.js";
import type { PackedEntries } from "./rows.js";

type SearchRequest = Extract<Request, { kind: "search" }>;

/** A request to one gallery. */
export type GalleryRequest = Extract<Request, { galleryId: string }>;

/**
 * The galleries of one worker. Requests were checked on the host, so whatever throws here is a
 * bug: the thread is let die, since a half-changed gallery is worse than one that is reloaded.
 */
export interface Engine {
  handle(request: GalleryRequest): { readonly answer: Answer } | { readonly failure: Failure };
  report(): readonly ShardReport[];
  /**
   * A slice of background work, one gallery after another; true while there is more.
   * @param isIdle nobody waits for this worker
   */
  upkeep(isIdle: boolean): boolean;
  wipe(): void;
}

/** An engine without galleries. */
export function createEngine(createGallery: GalleryFactory): Engine {
  const galleries = new Map<string, Gallery>();
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

  function search(gallery: Gallery, { queries, count, k }: SearchRequest): Answers["search"] {
    const answers = packAnswers(gallery.search(queries, count, k));
    queries.fill(0);
    if (gallery.hasReplays) busy.add(gallery);
    return answers;
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
    upkeep(isIdle) {
      const [gallery] = busy;
      if (gallery === undefined) return false;
      busy.delete(gallery);
      // Back to the end of the line while it has more to do.
      if (gallery.upkeep(isIdle)) busy.add(gallery);
      return busy.size > 0;
    },
    wipe() {
      for (const gallery of galleries.values()) gallery.wipe();
      galleries.clear();
      busy.clear();
    },
  };
}

function sizeOf(gallery: Gallery): Size {
  return { persons: gallery.persons, templates: gallery.templates };
}
