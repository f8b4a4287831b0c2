import { setTimeout } from "node:timers/promises";
import { toCordonError } from "../../base/errors.js";
import type { Engine } from "../engine.js";

/** Attempts at one change of the index, before its gallery is filled again instead. */
const TRIES_MAX = 5;
/** From the first that failed to the next; doubled each time. The roster's lane waits for it. */
const WAIT_FIRST_MS = 25;
/** Templates taken out at once. */
const REMOVED_AT_ONCE_MAX = 1_000;

type Parts = Pick<Engine, "index" | "log">;

/**
 * Brings a gallery in the index up to what was stored already, and so cannot fail any more: when
 * it does not succeed in a while, the gallery is filled from the store again.
 * @param change may be repeated
 */
export async function keepInStep(
  { index, log }: Parts,
  galleryId: string,
  change: () => Promise<unknown>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await change();
      return;
    } catch (err) {
      const { status, reason } = toCordonError(err);
      // Nothing is left of it, or soon of the whole index.
      if (status === "NOT_FOUND" || reason === "SHUTTING_DOWN") return;
      // Full for a moment, or a worker ended and its part is about to be filled again.
      const mayPass = reason === "QUEUE_FULL" || reason === "WORKER_FAILED";
      if (!mayPass || tries === TRIES_MAX) {
        log.error({ err, galleryId }, "the index is behind the store; filling the gallery again");
        index.lose(galleryId);
        return;
      }
      await setTimeout(WAIT_FIRST_MS * 2 ** (tries - 1));
    }
  }
}

/** Templates that the store does not hold any more, by gallery. */
export type Gone = ReadonlyMap<string, readonly string[]>;

/**
 * Takes templates out of the index after they left the store, whether or not they were taken out
 * before: a gallery that was being filled again in between may have read them from the store.
 */
export async function removeGone(engine: Parts, gone: Gone): Promise<void> {
  const removals = [...gone].map(async ([galleryId, ids]) => {
    for (let at = 0; at < ids.length; at += REMOVED_AT_ONCE_MAX) {
      const some = ids.slice(at, at + REMOVED_AT_ONCE_MAX);
      await keepInStep(engine, galleryId, () => engine.index.removeTemplates(galleryId, some));
    }
  });
  await Promise.all(removals);
}
