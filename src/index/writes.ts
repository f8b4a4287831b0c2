import { CordonError } from "../base/errors.js";
import { checkCapacity, checkId, packEntries } from "./check.js";
import { workerFailed } from "./lane.js";
import type { Size } from "./messages.js";
import type { IndexLimits } from "./options.js";
import type { Placed, Placement } from "./placement.js";
import { type FaceIndex, type IndexEntry, rosterId } from "./port.js";

/** The part of the index that changes galleries. */
export type Writes = Pick<
  FaceIndex,
  "createGallery" | "dropGallery" | "add" | "removePerson" | "removeTemplates"
>;

export interface WriteContext {
  readonly placement: Placement;
  readonly dimension: number;
  readonly limits: IndexLimits;
}

/** The writing half of an index over this placement. */
export function createWrites(context: WriteContext): Writes {
  const { placement, limits } = context;
  return {
    async createGallery(galleryId) {
      checkId("galleryId", galleryId);
      if (placement.peek(galleryId) !== undefined) throw alreadyExists(galleryId);
      if (galleryId !== rosterId) {
        checkCapacity("galleries", placement.count + 1, limits.galleriesMax);
      }
      const gallery = placement.add(galleryId);
      try {
        await gallery.lane.ask({ kind: "create", galleryId, driver: gallery.driver });
      } catch (thrown) {
        placement.remove(gallery);
        throw thrown;
      }
    },

    async dropGallery(galleryId) {
      const gallery = placement.get(galleryId);
      const { lane, state } = gallery;
      // Removed first, so that nothing is asked of the gallery behind its end.
      placement.remove(gallery);
      gallery.changes = null;
      if (state === "lost") return;
      try {
        await lane.ask({ kind: "drop", galleryId });
      } catch (thrown) {
        // Ended with its worker: that is what was asked for.
        if (!(thrown instanceof CordonError && thrown.reason === "WORKER_FAILED")) throw thrown;
      }
    },

    async add(galleryId, entries) {
      const gallery = placement.get(galleryId);
      if (gallery.state === "lost") throw workerFailed(undefined);
      const { changes } = gallery;
      for (const entry of entries) changes?.addedTemplates.add(entry.templateId);
      try {
        await addTo(context, gallery, entries);
      } catch (thrown) {
        for (const entry of entries) changes?.addedTemplates.delete(entry.templateId);
        throw thrown;
      }
    },

    async removePerson(galleryId, personId) {
      const gallery = placement.get(galleryId);
      checkId("personId", personId);
      // What was lost is gone from memory already; the store says what is loaded again.
      if (gallery.state === "lost") return 0;
      gallery.changes?.removedPersons.add(personId);
      const { lane } = gallery;
      const { removed, ...size } = await lane.ask({ kind: "remove", galleryId, personId });
      resize(gallery, size);
      return removed;
    },

    async removeTemplates(galleryId, templateIds) {
      const gallery = placement.get(galleryId);
      checkCapacity("templates in one removal", templateIds.length, limits.addMax);
      templateIds.forEach((templateId, i) => {
        checkId(`templateIds[${i}]`, templateId);
      });
      if (gallery.state === "lost") return 0;
      for (const templateId of templateIds) gallery.changes?.removedTemplates.add(templateId);
      const { removed, ...size } = await gallery.lane.ask({
        kind: "removeTemplates",
        galleryId,
        templateIds: [...templateIds],
      });
      resize(gallery, size);
      return removed;
    },
  };
}

/** Checks entries and hands them to the gallery's worker. */
export async function addTo(
  { dimension, limits }: WriteContext,
  gallery: Placed,
  entries: readonly IndexEntry[],
): Promise<void> {
  const { galleryId, lane } = gallery;
  const wanted = gallery.templates + gallery.arriving + entries.length;
  checkCapacity("templates in one gallery", wanted, limits.templatesPerGalleryMax);
  const packed = packEntries(entries, dimension, limits.addMax);
  gallery.arriving += entries.length;
  try {
    resize(gallery, await lane.ask({ kind: "add", galleryId, entries: packed }));
  } finally {
    gallery.arriving -= entries.length;
  }
}

function resize(gallery: Placed, { persons, templates }: Size): void {
  // The answer may have been on its way when the worker ended.
  if (gallery.state === "lost") return;
  gallery.persons = persons;
  gallery.templates = templates;
}

function alreadyExists(galleryId: string): CordonError {
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "ALREADY_EXISTS",
    message: `There is a gallery "${galleryId}" already.`,
    metadata: { resource: `gallery/${galleryId}` },
  });
}
