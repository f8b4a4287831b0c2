import type { Segment } from "./plane.js";
import type { Bounds, PreparedGeofence } from "./prepared.js";
import { boxAt, ringEnd, runEnd, runStart } from "./runs.js";

/**
 * Comparisons of edges that all questions about one zone or one camera may cost together: a few
 * milliseconds. Outlines of places need some thousands; only those with hundreds of long edges side
 * by side need more, and would keep everybody else waiting.
 */
export const COMPARISONS_MAX = 100_000;

/** Rings that can be looked at in the time of one comparison, to find which of them holds a point. */
const RINGS_PER_COMPARISON = 4;

/** How many comparisons are left; below 0, a question was given up. */
export interface Effort {
  left: number;
}

export function fullEffort(): Effort {
  return { left: COMPARISONS_MAX };
}

/** Pays for so many searches for a point among the rings of a geofence; false when it cannot. */
export function payForSearches(
  effort: Effort,
  { polygons }: PreparedGeofence,
  searches: number,
): boolean {
  const rings = polygons.reduce((sum, polygon) => sum + polygon.rings.length, 0);
  effort.left -= (rings * searches) / RINGS_PER_COMPARISON;
  return effort.left >= 0;
}

/**
 * Is told of two edges, by the indices of their first corners' longitudes, and of where the first's
 * ring starts; says true to stop.
 */
export type Visit = (a: number, b: number, ring: number) => boolean;

/**
 * Visits the pairs of edges, one of each geofence, whose boxes meet, until a visit says true.
 * @param turn degrees by which `second` is turned to the east first
 * @returns whether a visit said true; null when it was given up
 */
export function visitMeetings(
  first: PreparedGeofence,
  second: PreparedGeofence,
  turn: number,
  effort: Effort,
  visit: Visit,
): boolean | null {
  const runs = runsWithin(first, second, turn);
  const others = runsWithin(second, first, -turn);
  effort.left -= runs.length + others.length;
  if (effort.left < 0) return null;
  const b = { packed: second.packed, turn };
  for (const run of runs) {
    for (const other of others) {
      if (!boxesMeet(first.packed, run.box, b, other.box)) continue;
      const found = visitPairs(first.packed, run, b, other, effort, visit);
      if (found !== false) return found;
    }
  }
  return false;
}

/** Edges of a ring one after another. */
interface Run {
  /** Where the ring starts. */
  readonly ring: number;
  /** Where the box about the edges starts. */
  readonly box: number;
  /** Indices of the longitudes of the first and of the last corner. */
  readonly from: number;
  readonly to: number;
}

interface Turned {
  readonly packed: Float64Array;
  readonly turn: number;
}

/** The runs whose boxes meet the bounds, which are turned to the east first. */
function runsWithin({ packed }: PreparedGeofence, bounds: Bounds, turn: number): readonly Run[] {
  const { west, south, east, north } = bounds;
  const turned = { packed: Float64Array.of(west, south, east, north), turn };
  const runs: Run[] = [];
  let ring = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    for (let rings = packed[ring++] as number; rings > 0; rings--) {
      for (let run = 0; run < (packed[ring] as number); run++) {
        const box = boxAt(ring, run);
        if (!boxesMeet(packed, box, turned, 0)) continue;
        runs.push({ ring, box, from: runStart(packed, ring, run), to: runEnd(packed, ring, run) });
      }
      ring = ringEnd(packed, ring);
    }
  }
  return runs;
}

function boxesMeet(a: Float64Array, at: number, { packed: b, turn }: Turned, to: number): boolean {
  return (
    (a[at] as number) <= (b[to + 2] as number) + turn &&
    (a[at + 1] as number) <= (b[to + 3] as number) &&
    (a[at + 2] as number) >= (b[to] as number) + turn &&
    (a[at + 3] as number) >= (b[to + 1] as number)
  );
}

function visitPairs(
  a: Float64Array,
  run: Run,
  b: Turned,
  other: Run,
  effort: Effort,
  visit: Visit,
): boolean | null {
  const box = new Float64Array(4);
  for (let i = run.from; i < run.to; i += 2) {
    effort.left -= 1;
    if (effort.left < 0) return null;
    boxEdge(a, i, box);
    if (!boxesMeet(box, 0, b, other.box)) continue;
    for (let j = other.from; j < other.to; j += 2) {
      if (!meetsEdge(box, b, j)) continue;
      effort.left -= 1;
      if (visit(i, j, run.ring)) return true;
    }
  }
  return false;
}

function boxEdge(packed: Float64Array, i: number, box: Float64Array): void {
  box[0] = Math.min(packed[i] as number, packed[i + 2] as number);
  box[1] = Math.min(packed[i + 1] as number, packed[i + 3] as number);
  box[2] = Math.max(packed[i] as number, packed[i + 2] as number);
  box[3] = Math.max(packed[i + 1] as number, packed[i + 3] as number);
}

function meetsEdge(box: Float64Array, { packed, turn }: Turned, j: number): boolean {
  const [x1, x2] = [(packed[j] as number) + turn, (packed[j + 2] as number) + turn];
  const [y1, y2] = [packed[j + 1] as number, packed[j + 3] as number];
  if (Math.max(x1, x2) < (box[0] as number) || Math.min(x1, x2) > (box[2] as number)) return false;
  return Math.max(y1, y2) >= (box[1] as number) && Math.min(y1, y2) <= (box[3] as number);
}

/** @param turn degrees to the east */
export function edgeAt(packed: Float64Array, i: number, turn = 0): Segment {
  return {
    x1: (packed[i] as number) + turn,
    y1: packed[i + 1] as number,
    x2: (packed[i + 2] as number) + turn,
    y2: packed[i + 3] as number,
  };
}
