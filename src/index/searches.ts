import type { Clock } from "../base/clock.js";
import { abortError } from "../base/errors.js";
import { type Permit, type PermitScope, requirePermit } from "../base/permit.js";
import type { Batches } from "./batches.js";
import { checkCapacity, checkK, packVectors } from "./check.js";
import { noteSearch, searchShards } from "./fan-out.js";
import { queueFull, workerFailed } from "./lane.js";
import type { IndexLimits } from "./options.js";
import { isLive, type Placed, type Placement } from "./placement.js";
import { type Candidate, type FaceIndex, rosterId } from "./port.js";

/** The part of the index that only reads. */
export type Searches = Pick<FaceIndex, "search" | "searchRoster">;

export interface SearchContext {
  readonly placement: Placement;
  readonly batches: Batches;
  readonly dimension: number;
  readonly limits: IndexLimits;
  readonly clock: Clock;
}

/**
 * Comparisons of a query and a template in one request to a worker, about 5 ms: what somebody
 * else's search may have to wait for a large search of the roster.
 */
const comparisonsMax = 1_000_000;
/** The kernel takes queries in groups of this many; fewer in a request would waste its work. */
const queriesMin = 4;

/** The searching half of an index over this placement. */
export function createSearches(context: SearchContext): Searches {
  const { placement, batches, dimension, limits, clock } = context;
  let rosterSearches = 0;
  return {
    async search(permit, galleryId, queries, k, signal) {
      requireAct(permit, "identify", clock, galleryId);
      if (galleryId === rosterId) throw new Error("permit refused: the roster is not a gallery");
      const gallery = placement.get(galleryId);
      checkK(k);
      checkCapacity("queries in one search", queries.length, limits.queriesMax);
      if (!isLive(gallery)) throw workerFailed(undefined);
      const packed = packVectors(queries, dimension, (i) => `queries[${i}]`);
      const count = queries.length;
      return batches.ask({ permit, gallery, queries: packed, count, k }, signal);
    },

    async searchRoster(permits, queries, k, signal) {
      if (permits.length !== queries.length) throw new Error("each query needs its own permit");
      for (const permit of permits) requireAct(permit, "enrol", clock);
      const roster = placement.get(rosterId);
      checkK(k);
      checkCapacity("queries in one search", queries.length, limits.rosterQueriesMax);
      if (rosterSearches >= limits.queueMax) throw queueFull(1);
      rosterSearches += 1;
      try {
        return await noteSearch(roster, searchInParts(context, roster, queries, k, signal));
      } finally {
        rosterSearches -= 1;
      }
    },
  };
}

/**
 * Asks for a few queries at a time, so that other searches of the same workers get their turn:
 * the next part is behind whatever was asked while the one before was under way.
 */
async function searchInParts(
  { dimension }: SearchContext,
  gallery: Placed,
  queries: readonly Float32Array[],
  k: number,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly Candidate[])[]> {
  const size = partSize(Math.max(...gallery.shards.map(({ templates }) => templates)));
  // All before the first await: the caller may zero its own then.
  const packed = packVectors(queries, dimension, (i) => `queries[${i}]`);
  const answers: (readonly Candidate[])[] = [];
  try {
    for (let first = 0; first < queries.length; first += size) {
      if (signal?.aborted === true) throw abortError(signal);
      const count = Math.min(size, queries.length - first);
      const part = packed.slice(first * dimension, (first + count) * dimension);
      answers.push(...(await searchShards(gallery, part, count, k)));
    }
    if (signal?.aborted === true) throw abortError(signal);
  } finally {
    packed.fill(0);
  }
  return answers;
}

/** Queries of one part, where the largest shard has this many templates. */
export function partSize(templates: number): number {
  const fitting = Math.floor(comparisonsMax / Math.max(1, templates));
  return Math.max(queriesMin, fitting - (fitting % queriesMin));
}

/** @throws CordonError PERMIT_EXPIRED; Error for any other fault, which only a bug can bring here */
function requireAct(
  permit: Permit,
  act: PermitScope["act"],
  clock: Clock,
  galleryId?: string,
): void {
  requirePermit(permit, clock.nowMs(), galleryId);
  if (permit.act !== act) throw new Error(`permit refused: it is to ${permit.act}, not to ${act}`);
}
