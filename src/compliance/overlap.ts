import Flatbush from "flatbush";
import { orientation, type Segment, sideOfRing, touch } from "./plane.js";
import {
  type Bounds,
  contains,
  containsAt,
  type PreparedGeofence,
  type PreparedPolygon,
} from "./prepared.js";

/** An edge with the number of its ring. */
interface Edge extends Segment {
  readonly ring: number;
}

/**
 * True when every point of `inner` is in `outer`; their boundaries may coincide or touch, those of
 * holes too.
 *
 * The interior of `inner` is in one piece for each polygon. So it is all in `outer` when no
 * boundary of `outer` comes into it, and one point of each piece is in `outer`.
 */
export function geofenceInside(outer: PreparedGeofence, inner: PreparedGeofence): boolean {
  if (inner.west < outer.west || inner.east > outer.east) return false;
  if (inner.south < outer.south || inner.north > outer.north) return false;
  if (!inner.polygons.every((polygon) => containsPoint(outer, interiorPoint(polygon)))) {
    return false;
  }
  const contacts = findContacts(outer, inner);
  if (contacts === null) return false;
  const rings = outer.polygons.flatMap((polygon) => polygon.rings);
  for (const [number, ring] of rings.entries()) {
    // A ring without contact is on one side as a whole.
    const free = !contacts.rings.has(number);
    if (free && isInterior(inner, ring[0] as number, ring[1] as number)) return false;
  }
  for (const [edge, { cuts, covered }] of contacts.edges) {
    if (entersInterior(edge, cuts, covered, inner)) return false;
  }
  return true;
}

function containsPoint(geofence: PreparedGeofence, [x, y]: readonly [number, number]): boolean {
  return containsAt(geofence, x, y);
}

/** Where an edge of the outer boundary meets the inner one: places along it, 0 to 1. */
interface Contacts {
  /** Single points. */
  readonly cuts: number[];
  /** Pieces, from and to, on which both boundaries run together. */
  readonly covered: (readonly [number, number])[];
}

/** Contacts of the outer boundary with the inner, or null when the two cross. */
function findContacts(outer: PreparedGeofence, inner: PreparedGeofence) {
  const edges = new Map<Edge, Contacts>();
  const rings = new Set<number>();
  const crossed = visitMeetings(edgesOf(outer, 0, inner), edgesOf(inner, 0, outer), (a, b) => {
    if (!touch(a, b)) return false;
    const [start, end] = [sideOf(a, b.x1, b.y1), sideOf(a, b.x2, b.y2)];
    const [own, other] = [sideOf(b, a.x1, a.y1), sideOf(b, a.x2, a.y2)];
    if (start * end < 0 && own * other < 0) return true;
    rings.add(a.ring);
    const contacts = edges.get(a) ?? { cuts: [], covered: [] };
    edges.set(a, contacts);
    const [from, to] = [along(a, b.x1, b.y1), along(a, b.x2, b.y2)];
    if (start === 0) contacts.cuts.push(from);
    if (end === 0) contacts.cuts.push(to);
    if (start === 0 && end === 0) {
      contacts.covered.push([Math.min(from, to), Math.max(from, to)]);
    }
    return false;
  });
  return crossed ? null : { edges, rings };
}

function sideOf(edge: Segment, x: number, y: number): number {
  return Math.sign(orientation(edge.x1, edge.y1, edge.x2, edge.y2, x, y));
}

/** Where a point of the edge's line lies along it: 0 at its start, 1 at its end. */
function along({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  return Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (x - x1) / (x2 - x1) : (y - y1) / (y2 - y1);
}

/** True when a piece of the edge between its contacts lies in the interior of `inner`. */
function entersInterior(
  { x1, y1, x2, y2 }: Segment,
  cuts: readonly number[],
  covered: readonly (readonly [number, number])[],
  inner: PreparedGeofence,
): boolean {
  const stops = [0, ...cuts.filter((t) => t > 0 && t < 1), 1].sort((a, b) => a - b);
  for (let at = 0; at + 1 < stops.length; at++) {
    const middle = ((stops[at] as number) + (stops[at + 1] as number)) / 2;
    if (stops[at] === stops[at + 1]) continue;
    if (covered.some(([from, to]) => middle >= from && middle <= to)) continue;
    if (isInterior(inner, x1 + middle * (x2 - x1), y1 + middle * (y2 - y1))) return true;
  }
  return false;
}

/** True inside a polygon, and on no boundary. */
function isInterior(geofence: PreparedGeofence, x: number, y: number): boolean {
  return geofence.polygons.some((polygon) => {
    if (x <= polygon.west || x >= polygon.east) return false;
    if (y <= polygon.south || y >= polygon.north) return false;
    return polygon.rings.every((ring, at) => (at === 0 ? 1 : -1) === sideOfRing(ring, x, y));
  });
}

/** A point well inside a polygon: in the widest gap on the line half-way up its tallest step. */
function interiorPoint({ rings }: PreparedPolygon): readonly [number, number] {
  const latitudes = rings.flatMap((ring) => [...ring.filter((_, at) => at % 2 === 1)]);
  const [from, to] = widest(latitudes.sort((a, b) => a - b));
  const y = (from + to) / 2;
  const crossings: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [x1, y1] = [ring[i] as number, ring[i + 1] as number];
      const [x2, y2] = [ring[i + 2] as number, ring[i + 3] as number];
      if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  const [west, east] = widest(
    crossings.sort((a, b) => a - b),
    2,
  );
  return [(west + east) / 2, y];
}

/** The two neighbours in a sorted list that lie farthest apart, looking at every `step`-th gap. */
function widest(sorted: readonly number[], step = 1): readonly [number, number] {
  let best: readonly [number, number] = [sorted[0] ?? NaN, sorted[1] ?? NaN];
  for (let at = 0; at + 1 < sorted.length; at += step) {
    const gap: readonly [number, number] = [sorted[at] as number, sorted[at + 1] as number];
    if (gap[1] - gap[0] > best[1] - best[0]) best = gap;
  }
  return best;
}

/** True when two geofences have a point in common; a common piece of boundary is enough. */
export function touches(a: PreparedGeofence, b: PreparedGeofence): boolean {
  if (touchesTurned(a, b, 0)) return true;
  // 180 and -180 degrees are one meridian.
  if (a.east === 180 && b.west === -180) return touchesTurned(a, b, 360);
  return a.west === -180 && b.east === 180 && touchesTurned(a, b, -360);
}

/** @param turn degrees by which `b` is turned to the east first */
function touchesTurned(a: PreparedGeofence, b: PreparedGeofence, turn: number): boolean {
  if (a.west > b.east + turn || b.west + turn > a.east) return false;
  if (a.south > b.north || b.south > a.north) return false;
  const moved = { west: b.west + turn, east: b.east + turn, south: b.south, north: b.north };
  if (visitMeetings(edgesOf(a, 0, moved), edgesOf(b, turn, a), touch)) return true;
  // The boundaries are apart, so one polygon is in another or none is.
  return turn === 0 && (hasCornerIn(a, b) || hasCornerIn(b, a));
}

function hasCornerIn(geofence: PreparedGeofence, other: PreparedGeofence): boolean {
  return geofence.polygons.some(({ rings: [outer] }) => {
    if (outer === undefined) return false;
    return contains(other, { longitude: outer[0] as number, latitude: outer[1] as number });
  });
}

/** The edges whose boxes meet the bounds. */
function edgesOf(geofence: PreparedGeofence, turn: number, bounds: Bounds): readonly Edge[] {
  const edges: Edge[] = [];
  const rings = geofence.polygons.flatMap((polygon) => polygon.rings);
  for (const [number, ring] of rings.entries()) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [x1, x2] = [(ring[i] as number) + turn, (ring[i + 2] as number) + turn];
      const [y1, y2] = [ring[i + 1] as number, ring[i + 3] as number];
      if (Math.max(x1, x2) < bounds.west || Math.min(x1, x2) > bounds.east) continue;
      if (Math.max(y1, y2) < bounds.south || Math.min(y1, y2) > bounds.north) continue;
      edges.push({ x1, y1, x2, y2, ring: number });
    }
  }
  return edges;
}

/** Visits every pair of edges whose boxes meet, until a visit says true. */
function visitMeetings(
  first: readonly Edge[],
  second: readonly Edge[],
  visit: (a: Edge, b: Edge) => boolean,
): boolean {
  if (first.length === 0 || second.length === 0) return false;
  const boxes = new Flatbush(second.length);
  for (const { x1, y1, x2, y2 } of second) {
    boxes.add(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
  }
  boxes.finish();
  return first.some((a) => {
    const { x1, y1, x2, y2 } = a;
    const box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)] as const;
    return boxes.search(...box).some((index) => visit(a, second[index] as Edge));
  });
}
