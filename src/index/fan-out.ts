import { mergeAnswers } from "./answers.js";
import { workerFailed } from "./lane.js";
import { holdsAny, isLive, type Placed } from "./placement.js";
import type { Candidate } from "./port.js";

/**
 * Asks every shard of a gallery that can hold anybody, in one step, so that each worker has its
 * requests in the same order, and merges what they answer.
 *
 * @param queries packed; handed over, and copied for every worker but one. Each zeroes its own
 * @throws CordonError UNAVAILABLE WORKER_FAILED for a gallery that is not whole, or whose worker
 *   ends before its answer
 */
export async function searchShards(
  gallery: Placed,
  queries: Float32Array<ArrayBuffer>,
  count: number,
  k: number,
  atLeast = Number.NEGATIVE_INFINITY,
): Promise<Candidate[][]> {
  const isWhole = isLive(gallery);
  const shards = isWhole ? gallery.shards.filter(holdsAny) : [];
  if (shards.length === 0) queries.fill(0);
  if (!isWhole) throw workerFailed(undefined);
  const asks = shards.map(({ lane, name }, i) => {
    const own = i === shards.length - 1 ? queries : queries.slice();
    return lane.ask({ kind: "search", galleryId: name, queries: own, count, k, atLeast });
  });
  return mergeAnswers(await Promise.all(asks), count, k);
}

/**
 * Keeps a search known until it has settled, for changes that must not be answered before it.
 * Returns the same search.
 */
export function noteSearch<T>({ underWay }: Placed, search: Promise<T>): Promise<T> {
  const settled: Promise<void> = search
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => underWay.delete(settled));
  underWay.add(settled);
  return search;
}

/**
 * Resolves when the searches that are under way now have been answered, and their callers know:
 * nobody hears of somebody after their erasure has returned, because one shard was slower.
 */
export async function searchesBefore({ underWay }: Placed): Promise<void> {
  if (underWay.size === 0) return;
  await Promise.all(underWay);
  // Callers are told in microtasks, which all run before this.
  await new Promise((resolve) => setImmediate(resolve));
}
