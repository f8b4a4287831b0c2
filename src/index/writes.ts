import { CordonError } from "../base/errors.js";
import { settleAll } from "../base/settle-all.js";
import { checkCapacity, checkId, packEntries } from "./check.js";
import { searchesBefore } from "./fan-out.js";
import type { IndexLimits } from "./options.js";
import {
  markLost,
  type Placed,
  type Placement,
  type Shard,
  shardFor,
  sizeOf,
} from "./placement.js";
import { type FaceIndex, rosterId } from "./port.js";
import { addToShard, type Part, refusalOf, removeFromShard, resize, spread } from "./spread.js";

/** The part of the index that changes galleries. */
export type Writes = Pick<
  FaceIndex,
  "createGallery" | "dropGallery" | "add" | "removePerson" | "removeTemplates" | "lose"
>;

export interface WriteContext {
  readonly placement: Placement;
  readonly dimension: number;
  readonly limits: IndexLimits;
  /** Tells that a part of this gallery is lost, as after a worker's end. */
  readonly onLost: (galleryId: string) => void;
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
      // Its workers hear of it with its first template.
      const fault = placement.laneOf(0).refusal("create");
      if (fault !== null) throw fault;
      placement.add(galleryId);
    },

    async dropGallery(galleryId) {
      const gallery = placement.get(galleryId);
      // Removed first, so that nothing is asked of the gallery behind its end.
      placement.remove(gallery);
      const placed = gallery.shards.filter(({ isPlaced }) => isPlaced);
      for (const shard of gallery.shards) shard.changes = null;
      await settleAll([...placed.map(dropShard), searchesBefore(gallery)]);
    },

    async add(galleryId, entries, { neverMoved = false } = {}) {
      const gallery = placement.get(galleryId);
      const { templates, arriving } = sizeOf(gallery);
      const wanted = templates + arriving + entries.length;
      checkCapacity("templates in one gallery", wanted, limits.templatesPerGalleryMax);
      const packed = packEntries(entries, context.dimension, limits.addMax);
      const { templateIds } = packed;
      const parts = spread(gallery, packed, context.dimension, neverMoved);
      const fault = refusalOf(parts);
      if (fault !== null) {
        for (const { own } of parts) own?.vectors.fill(0);
        throw fault;
      }
      await addParts(context, gallery, parts, templateIds);
    },

    async removePerson(galleryId, personId) {
      const gallery = placement.get(galleryId);
      checkId("personId", personId);
      const shard = shardFor(gallery, personId);
      shard.changes?.removedPersons.add(personId);
      // What was lost is gone from memory already; the store says what is loaded again.
      if (!shard.isPlaced) return 0;
      const request = { kind: "remove", galleryId: shard.name, personId } as const;
      const removing = shard.lane.ask(request);
      const earlier = searchesBefore(gallery);
      const { removed, ...size } = await removing;
      resize(shard, size);
      await earlier;
      return removed;
    },

    async removeTemplates(galleryId, templateIds) {
      const gallery = placement.get(galleryId);
      checkCapacity("templates in one removal", templateIds.length, limits.addMax);
      templateIds.forEach((templateId, i) => {
        checkId(`templateIds[${i}]`, templateId);
      });
      for (const { changes } of gallery.shards) {
        for (const templateId of templateIds) changes?.removedTemplates.add(templateId);
      }
      const ids = [...templateIds];
      const removals = gallery.shards
        .filter(({ isPlaced }) => isPlaced)
        .map((shard) => removeFromShard(shard, ids));
      const earlier = searchesBefore(gallery);
      const removed = await settleAll(removals);
      await earlier;
      return removed.reduce((sum, count) => sum + count, 0);
    },

    lose(galleryId) {
      const gallery = placement.peek(galleryId);
      if (gallery === undefined) return;
      // One that is being reloaded, too: what it was given may be outdated.
      for (const shard of gallery.shards) loseShard(shard);
      context.onLost(galleryId);
    },
  };
}

/**
 * Sends every part in one step, so that a search sees all of an addition or nothing of it. A
 * template that moves is taken out of one shard and put into another: when the second fails,
 * neither holds it, so the first counts as lost and is loaded again.
 */
async function addParts(
  { onLost }: WriteContext,
  gallery: Placed,
  parts: readonly Part[],
  templateIds: readonly string[],
): Promise<void> {
  const noted = gallery.shards.flatMap(({ changes }) => changes ?? []);
  for (const { addedTemplates } of noted) {
    for (const templateId of templateIds) addedTemplates.add(templateId);
  }
  const gaveUp: Shard[] = [];
  const moves = parts
    .filter(({ others }) => others.length > 0)
    .map(async ({ shard, others }) => {
      if ((await removeFromShard(shard, others)) > 0) gaveUp.push(shard);
    });
  const additions = parts.map(async ({ shard, own }) => {
    if (own !== null) await addToShard(gallery, shard, own);
  });
  const earlier = searchesBefore(gallery);
  const moved = settleAll(moves);
  // It may fail while the additions are waited for.
  moved.catch(() => undefined);
  try {
    await settleAll(additions);
    await moved;
  } catch (thrown) {
    await moved.catch(() => undefined);
    for (const { addedTemplates } of noted) {
      for (const templateId of templateIds) addedTemplates.delete(templateId);
    }
    for (const shard of gaveUp) loseShard(shard);
    if (gaveUp.length > 0) onLost(gallery.galleryId);
    throw thrown;
  }
  await earlier;
}

/** Forgets a shard whose worker is there still. */
export function loseShard(shard: Shard): void {
  if (shard.isPlaced) dropShard(shard).catch(() => undefined);
  markLost(shard);
}

async function dropShard({ lane, name }: Shard): Promise<void> {
  try {
    await lane.ask({ kind: "drop", galleryId: name });
  } catch (thrown) {
    // Ended with its worker: that is what was asked for.
    if (!(thrown instanceof CordonError && thrown.reason === "WORKER_FAILED")) throw thrown;
  }
}

function alreadyExists(galleryId: string): CordonError {
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "ALREADY_EXISTS",
    message: `There is a gallery "${galleryId}" already.`,
    metadata: { resource: `gallery/${galleryId}` },
  });
}
