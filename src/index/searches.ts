import type { Clock } from "../base/clock.js";
import { type Permit, type PermitScope, requirePermit } from "../base/permit.js";
import { checkCapacity, checkK, packVectors } from "./check.js";
import { workerFailed } from "./lane.js";
import type { IndexLimits } from "./options.js";
import type { Placed, Placement } from "./placement.js";
import { type Candidate, type FaceIndex, type RosterSearch, rosterId } from "./port.js";

/** The part of the index that only reads. */
export type Searches = Pick<FaceIndex, "search" | "searchRoster" | "compare">;

export interface SearchContext {
  readonly placement: Placement;
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
  const { placement, dimension, limits, clock } = context;

  function checkEnrolments(permits: readonly Permit[], queries: readonly Float32Array[]): void {
    if (permits.length !== queries.length) throw new Error("each query needs its own permit");
    for (const permit of permits) requireAct(permit, "enrol", clock);
    checkCapacity("queries in one search", queries.length, limits.rosterQueriesMax);
  }

  return {
    async search(permit, galleryId, queries, k, signal) {
      requireAct(permit, "identify", clock, galleryId);
      if (galleryId === rosterId) throw new Error("permit refused: the roster is not a gallery");
      const gallery = placement.get(galleryId);
      checkK(k);
      checkCapacity("queries in one search", queries.length, limits.queriesMax);
      if (gallery.state !== "live") throw workerFailed(undefined);
      const packed = packVectors(queries, dimension, (i) => `queries[${i}]`);
      const count = queries.length;
      const request = { kind: "search", galleryId, queries: packed, count, k } as const;
      return gallery.lane.ask({ ...request, atLeast: Number.NEGATIVE_INFINITY }, signal);
    },

    async searchRoster(permits, queries, wanted, signal) {
      checkEnrolments(permits, queries);
      const roster = placement.get(rosterId);
      checkK(wanted.k);
      return searchInParts(context, roster, queries, wanted, signal);
    },

    async compare(permits, queries, atLeast, from = 0) {
      checkEnrolments(permits, queries);
      const { lane } = placement.get(rosterId);
      const packed = packVectors(queries, dimension, (i) => `queries[${i}]`);
      return lane.ask({ kind: "compare", queries: packed, count: queries.length, atLeast, from });
    },
  };
}

/** Asks for a few queries at a time, so that other searches of the same worker get their turn. */
async function searchInParts(
  { dimension }: SearchContext,
  gallery: Placed,
  queries: readonly Float32Array[],
  { k, atLeast = Number.NEGATIVE_INFINITY }: RosterSearch,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly Candidate[])[]> {
  const size = partSize(gallery.templates);
  const { galleryId } = gallery;
  // All before the first await: the caller may zero its own then.
  const packed = packVectors(queries, dimension, (i) => `queries[${i}]`);
  const answers: (readonly Candidate[])[] = [];
  try {
    for (let first = 0; first < queries.length; first += size) {
      const count = Math.min(size, queries.length - first);
      const part = packed.slice(first * dimension, (first + count) * dimension);
      if (gallery.state !== "live") throw workerFailed(undefined);
      const request = { kind: "search", galleryId, queries: part, count, k, atLeast } as const;
      answers.push(...(await gallery.lane.ask(request, signal)));
    }
  } finally {
    packed.fill(0);
  }
  return answers;
}

/** Queries of one part, in a gallery of this many templates. */
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
