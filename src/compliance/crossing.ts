import type { Polygon, Vertex } from "../store/records.js";
import { orientation, type Segment, touch } from "./plane.js";

/** An edge from its western to its eastern end (southern to northern when it runs due north). */
interface Edge extends Segment {
  /** Numbers of its corners, western first. */
  readonly start: number;
  readonly end: number;
}

/**
 * The first corner, from the west, at which edges meet that should not, or null. Neighbours share
 * their corner; nothing else may touch, neither within a ring nor between rings.
 *
 * The sweep of Shamos and Hoey ("Geometric intersection problems", 1976): edges under the sweep
 * line are kept in their order from south to north, and only neighbours in it are compared. So a
 * ring of n corners costs O(n log n), whatever its shape.
 * @param polygons closed rings without repeated points
 */
export function crossing(polygons: readonly Polygon[]): Vertex | null {
  const { corners, edges, incident } = collect(polygons);
  const order = corners.map((_, index) => index);
  order.sort((a, b) => compare(corners[a] as Vertex, corners[b] as Vertex));
  const line: Edge[] = [];
  let before: Vertex | undefined;
  for (const corner of order) {
    const vertex = corners[corner] as Vertex;
    if (before !== undefined && compare(before, vertex) === 0) return vertex;
    before = vertex;
    const meeting = (incident[corner] ?? []).map((number) => edges[number] as Edge);
    for (const edge of meeting) {
      if (edge.end === corner && !remove(line, edge)) return vertex;
    }
    for (const edge of meeting) {
      if (edge.start === corner && !insert(line, edge)) return vertex;
    }
  }
  return null;
}

function compare(a: Vertex, b: Vertex): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** All corners and edges by number, and the two edges that meet at each corner. */
function collect(polygons: readonly Polygon[]) {
  const corners: Vertex[] = [];
  const edges: Edge[] = [];
  const incident: (readonly number[])[] = [];
  for (const ring of polygons.flat()) {
    const first = corners.length;
    const count = ring.length - 1;
    for (let at = 0; at < count; at++) {
      const next = first + ((at + 1) % count);
      corners.push(ring[at] as Vertex);
      edges.push(edgeOf(ring[at] as Vertex, first + at, ring[at + 1] as Vertex, next));
      incident.push([first + ((at + count - 1) % count), first + at]);
    }
  }
  return { corners, edges, incident };
}

function edgeOf(a: Vertex, aNumber: number, b: Vertex, bNumber: number): Edge {
  return compare(a, b) < 0
    ? { x1: a[0], y1: a[1], x2: b[0], y2: b[1], start: aNumber, end: bNumber }
    : { x1: b[0], y1: b[1], x2: a[0], y2: a[1], start: bNumber, end: aNumber };
}

/** Takes an edge off the line; false when its neighbours, which now meet, touch. */
function remove(line: Edge[], edge: Edge): boolean {
  const guess = place(line, edge, edge.x2, edge.y2);
  const at = line[guess] === edge ? guess : line.indexOf(edge);
  line.splice(at, 1);
  return apart(line[at - 1], line[at]);
}

/** Puts an edge on the line; false when it starts on another or touches a neighbour. */
function insert(line: Edge[], edge: Edge): boolean {
  const at = place(line, edge, edge.x1, edge.y1);
  if (at < 0) return false;
  line.splice(at, 0, edge);
  return apart(line[at - 1], edge) && apart(edge, line[at + 1]);
}

/**
 * The place of an edge on the line, found by one of its ends; that of the edge itself when it is
 * there. -1 when the end lies on another edge, or both run one way from a common start.
 */
function place(line: readonly Edge[], edge: Edge, x: number, y: number): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = line[middle] as Edge;
    if (other === edge) return middle;
    let side = orientation(other.x1, other.y1, other.x2, other.y2, x, y);
    if (side === 0 && other.start === edge.start) {
      side = orientation(other.x1, other.y1, other.x2, other.y2, edge.x2, edge.y2);
    }
    if (side === 0) return -1;
    if (side > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function apart(a: Edge | undefined, b: Edge | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  const neighbours =
    a.start === b.start || a.start === b.end || a.end === b.start || a.end === b.end;
  return neighbours || !touch(a, b);
}
