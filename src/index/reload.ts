import { CordonError, invalidField } from "../base/errors.js";
import { workerFailed } from "./lane.js";
import type { Changes, Placed } from "./placement.js";
import type { IndexEntry } from "./port.js";
import { addTo, type WriteContext } from "./writes.js";

/** Brings templates to a gallery that is being reloaded. At most `addMax` at once. */
export type Put = (galleryId: string, entries: readonly IndexEntry[]) => Promise<void>;

interface Loading {
  readonly gallery: Placed;
  readonly changes: Changes;
}

/**
 * Fills lost galleries again. What was added or removed since it began wins over what is loaded:
 * the durable truth may have been read before the change, and somebody erased must not come back.
 */
export async function reload(
  context: WriteContext,
  galleryIds: readonly string[],
  load: (put: Put) => Promise<void>,
): Promise<void> {
  const loading = new Map<string, Loading>();
  for (const galleryId of galleryIds) {
    if (context.placement.get(galleryId).state !== "lost") throw notLost(galleryId);
  }
  try {
    for (const galleryId of galleryIds) loading.set(galleryId, begin(context, galleryId));
    await Promise.all(
      [...loading].map(([galleryId, { gallery }]) =>
        gallery.lane.ask({ kind: "create", galleryId, driver: gallery.driver }),
      ),
    );
    await load((galleryId, entries) => put(context, loading, galleryId, entries));
    if ([...loading.values()].some((one) => isLostAgain(context, one))) {
      throw workerFailed(undefined);
    }
    for (const one of loading.values()) finish(one, "live");
  } catch (thrown) {
    for (const one of loading.values()) {
      if (!finish(one, "lost")) continue;
      const { lane, galleryId } = one.gallery;
      // Best effort: the next reload replaces what is left.
      lane.ask({ kind: "drop", galleryId }).catch(() => undefined);
    }
    throw thrown;
  }
}

function begin({ placement }: WriteContext, galleryId: string): Loading {
  const gallery = placement.get(galleryId);
  const changes: Changes = {
    removedPersons: new Set(),
    removedTemplates: new Set(),
    addedTemplates: new Set(),
  };
  // Its own worker may have been given up.
  gallery.lane = placement.leastLoaded();
  gallery.state = "loading";
  gallery.changes = changes;
  return { gallery, changes };
}

async function put(
  context: WriteContext,
  loading: ReadonlyMap<string, Loading>,
  galleryId: string,
  entries: readonly IndexEntry[],
): Promise<void> {
  const one = loading.get(galleryId);
  if (one === undefined) throw invalidField("galleryId", "is not among those being reloaded");
  const { gallery, changes } = one;
  if (isLostAgain(context, one)) throw workerFailed(undefined);
  // Dropped in the meantime.
  if (gallery.changes !== changes) return;
  const wanted = entries.filter(
    ({ personId, templateId }) =>
      !changes.removedPersons.has(personId) &&
      !changes.removedTemplates.has(templateId) &&
      !changes.addedTemplates.has(templateId),
  );
  if (wanted.length > 0) await addTo(context, gallery, wanted);
}

/** True when the gallery's worker ended once more, whether or not another reload has begun. */
function isLostAgain({ placement }: WriteContext, { gallery, changes }: Loading): boolean {
  return gallery.changes !== changes && placement.peek(gallery.galleryId) === gallery;
}

/** False when the gallery was dropped, or lost again, since. */
function finish({ gallery, changes }: Loading, state: "live" | "lost"): boolean {
  if (gallery.changes !== changes) return false;
  gallery.changes = null;
  gallery.state = state;
  if (state === "lost") Object.assign(gallery, { persons: 0, templates: 0 });
  return true;
}

function notLost(galleryId: string): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message: `The gallery "${galleryId}" was not lost: there is nothing to reload.`,
  });
}
