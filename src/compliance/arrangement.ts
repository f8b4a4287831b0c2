import type { Polygon, Vertex } from "../store/records.js";
import type { Problem } from "./geojson.js";
import { orientation, touch } from "./plane.js";
import { createSweepLine, type Edge, type SweepLine } from "./sweep-line.js";

/** How rings lie to one another. They are numbered in their order, polygon after polygon. */
export type Arrangement =
  /** A corner at which edges meet that should not: the first one from the west that is found. */
  | { readonly crossing: Vertex }
  /** For each ring the number of the innermost one that it lies in, -1 when it lies in none. */
  | { readonly around: Int32Array };

/**
 * Finds how rings lie to one another, or where edges meet that should not. Neighbours share their
 * corner; nothing else may touch, neither within a ring nor between rings.
 *
 * The sweep of Shamos and Hoey ("Geometric intersection problems", 1976): edges under the sweep
 * line are kept in their order from south to north, and only neighbours in it are compared. The
 * edge south of a ring's first corner tells what the ring lies in. So n corners cost O(n log n), in
 * however many rings and of whatever shape.
 * @param polygons closed rings without repeated points
 */
export function arrange(polygons: readonly Polygon[]): Arrangement {
  const rings = polygons.flat();
  const { corners, leaving, coming } = collect(rings);
  const order = Uint32Array.from(corners, (_, number) => number);
  order.sort((a, b) => compare(corners[a] as Vertex, corners[b] as Vertex));
  const line = createSweepLine();
  const nesting = createNesting(rings.length);
  let before: Vertex | undefined;
  for (const number of order) {
    const corner = corners[number] as Vertex;
    if (before !== undefined && compare(before, corner) === 0) return { crossing: corner };
    before = corner;
    const [from, to] = [leaving[coming[number] as number] as Edge, leaving[number] as Edge];
    if (!pass(line, nesting, number, from, to)) return { crossing: corner };
  }
  return { around: nesting.around };
}

export function crossingProblem({ crossing }: { readonly crossing: Vertex }): Problem {
  const [longitude, latitude] = crossing;
  return { problem: `crosses or touches itself near [${longitude}, ${latitude}]: draw it without` };
}

function compare(a: Vertex, b: Vertex): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** All corners, the edge that leaves each, and the number of the edge that comes to it. */
function collect(rings: Polygon) {
  const corners: Vertex[] = [];
  const leaving: Edge[] = [];
  const coming: number[] = [];
  for (const [number, ring] of rings.entries()) {
    const first = corners.length;
    const count = ring.length - 1;
    for (let at = 0; at < count; at++) {
      const next = at + 1 < count ? at + 1 : 0;
      const [from, to] = [ring[at] as Vertex, ring[next] as Vertex];
      corners.push(from);
      leaving.push(edgeBetween(from, first + at, to, first + next, number));
      coming.push(first + (at > 0 ? at : count) - 1);
    }
  }
  return { corners, leaving, coming };
}

/** The edge of a ring from one numbered corner to the next. */
function edgeBetween(a: Vertex, aNumber: number, b: Vertex, bNumber: number, ring: number): Edge {
  return compare(a, b) < 0
    ? { x1: a[0], y1: a[1], x2: b[0], y2: b[1], start: aNumber, end: bNumber, ring, eastward: true }
    : {
        x1: b[0],
        y1: b[1],
        x2: a[0],
        y2: a[1],
        start: bNumber,
        end: aNumber,
        ring,
        eastward: false,
      };
}

/** Takes the line over a corner and its two edges; false when edges touch that should not. */
function pass(line: SweepLine, nesting: Nesting, corner: number, a: Edge, b: Edge): boolean {
  if (a.end === corner && !takeOff(line, a)) return false;
  if (b.end === corner && !takeOff(line, b)) return false;
  if (a.start !== corner) return b.start !== corner || putOn(line, nesting, b);
  if (b.start !== corner) return putOn(line, nesting, a);
  const [southern, northern] = isSouthOf(a, b) ? [a, b] : [b, a];
  return putOn(line, nesting, southern) && putOn(line, nesting, northern);
}

/** For edges that start at one corner. */
function isSouthOf(a: Edge, b: Edge): boolean {
  return orientation(a.x1, a.y1, a.x2, a.y2, b.x2, b.y2) > 0;
}

function takeOff(line: SweepLine, edge: Edge): boolean {
  const { south, north } = line.remove(edge);
  return areApart(south, north);
}

function putOn(line: SweepLine, nesting: Nesting, edge: Edge): boolean {
  const beside = line.insert(edge);
  if (beside === null) return false;
  nesting.meet(edge, beside.south);
  return areApart(beside.south, edge) && areApart(edge, beside.north);
}

function areApart(a: Edge | undefined, b: Edge | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  const neighbours =
    a.start === b.start || a.start === b.end || a.end === b.start || a.end === b.end;
  return neighbours || !touch(a, b);
}

interface Nesting {
  readonly around: Int32Array;
  /** Tells of an edge that has come on the line, and of the one south of it. */
  meet(edge: Edge, south: Edge | undefined): void;
}

const NOT_MET = -2;

function createNesting(rings: number): Nesting {
  const around = new Int32Array(rings).fill(NOT_MET);
  const isCounterclockwise: boolean[] = [];
  return {
    around,
    meet({ ring, eastward }, south) {
      if (around[ring] !== NOT_MET) return;
      // The southern edge of the ring's first corner: the ring's inside lies north of it.
      isCounterclockwise[ring] = eastward;
      if (south === undefined) around[ring] = -1;
      else if (south.eastward === isCounterclockwise[south.ring]) around[ring] = south.ring;
      else around[ring] = around[south.ring] as number;
    },
  };
}
