import { CordonError, invalidField } from "../base/errors.js";
import { packEntries } from "./check.js";
import { workerFailed } from "./lane.js";
import { type Changes, isLive, type Placed, type Shard, shardFor } from "./placement.js";
import type { IndexEntry } from "./port.js";
import { addToShard } from "./spread.js";
import { loseShard, type WriteContext } from "./writes.js";

/**
 * Brings templates to a gallery that is being reloaded, at most `addMax` at once. Those of shards
 * that were not lost are left out.
 */
export type Put = (galleryId: string, entries: readonly IndexEntry[]) => Promise<void>;

/** Whether this person's templates were lost, and are to be brought. */
export type Wants = (galleryId: string, personId: string) => boolean;

interface Loading {
  readonly gallery: Placed;
  readonly shard: Shard;
  readonly changes: Changes;
}

/**
 * Fills what galleries lost again. What was added or removed since it began wins over what is
 * loaded: the durable truth may have been read before the change, and somebody erased must not
 * come back.
 */
export async function reload(
  context: WriteContext,
  galleryIds: readonly string[],
  load: (put: Put, wants: Wants) => Promise<void>,
): Promise<void> {
  const loading = new Map<Shard, Loading>();
  const galleries = galleryIds.map((galleryId) => context.placement.get(galleryId));
  for (const gallery of galleries) {
    if (!gallery.shards.some(isLost)) throw notLost(gallery.galleryId);
  }
  const asked = new Map(galleries.map((gallery) => [gallery.galleryId, gallery]));
  try {
    for (const gallery of asked.values()) begin(context, gallery, loading);
    await load(
      (galleryId, entries) => put(context, loading, asked.get(galleryId), entries),
      (galleryId, personId) => {
        const gallery = asked.get(galleryId);
        return gallery !== undefined && loading.has(shardFor(gallery, personId));
      },
    );
    if ([...loading.values()].some((one) => isLostAgain(context, one))) {
      throw workerFailed(undefined);
    }
    for (const one of loading.values()) finish(one);
  } catch (thrown) {
    for (const one of loading.values()) giveUp(one);
    throw thrown;
  }
}

function isLost({ state }: Shard): boolean {
  return state === "lost";
}

function begin({ placement }: WriteContext, gallery: Placed, loading: Map<Shard, Loading>): void {
  for (const shard of gallery.shards.filter(isLost)) {
    const changes: Changes = {
      removedPersons: new Set(),
      removedTemplates: new Set(),
      addedTemplates: new Set(),
    };
    // Its own worker may have been given up.
    shard.lane = placement.laneOf(shard.number);
    shard.state = "loading";
    shard.changes = changes;
    loading.set(shard, { gallery, shard, changes });
  }
}

async function put(
  context: WriteContext,
  loading: ReadonlyMap<Shard, Loading>,
  gallery: Placed | undefined,
  entries: readonly IndexEntry[],
): Promise<void> {
  if (gallery === undefined) throw invalidField("galleryId", "is not among those being reloaded");
  const parts = new Map<Shard, IndexEntry[]>();
  for (const entry of entries) {
    const one = loading.get(shardFor(gallery, entry.personId));
    if (one === undefined || isOvertaken(one, entry)) continue;
    const part = parts.get(one.shard) ?? [];
    part.push(entry);
    parts.set(one.shard, part);
  }
  const reloading = gallery.shards.flatMap((shard) => loading.get(shard) ?? []);
  if (reloading.some((one) => isLostAgain(context, one))) throw workerFailed(undefined);
  // Dropped in the meantime.
  if (context.placement.peek(gallery.galleryId) !== gallery) return;
  const { dimension, limits } = context;
  await Promise.all(
    [...parts].map(([shard, part]) =>
      addToShard(gallery, shard, packEntries(part, dimension, limits.addMax)),
    ),
  );
}

/** True when a change that came while it was loading has the last word on it. */
function isOvertaken({ changes }: Loading, { personId, templateId }: IndexEntry): boolean {
  return (
    changes.removedPersons.has(personId) ||
    changes.removedTemplates.has(templateId) ||
    changes.addedTemplates.has(templateId)
  );
}

/** True when the shard's worker ended once more, whether or not another reload has begun. */
function isLostAgain({ placement }: WriteContext, { gallery, shard, changes }: Loading): boolean {
  return shard.changes !== changes && placement.peek(gallery.galleryId) === gallery;
}

function finish({ gallery, shard, changes }: Loading): void {
  // Dropped meanwhile.
  if (shard.changes !== changes) return;
  shard.changes = null;
  shard.state = "live";
  if (!isLive(gallery)) return;
  for (const tell of gallery.whenLive) tell();
}

/** The next reload begins afresh. */
function giveUp({ shard, changes }: Loading): void {
  if (shard.changes === changes) loseShard(shard);
}

function notLost(galleryId: string): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message: `The gallery "${galleryId}" was not lost: there is nothing to reload.`,
  });
}
