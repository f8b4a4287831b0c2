import { interiorPoint } from "./interior-point.js";
import { type Effort, edgeAt, fullEffort, payForSearches, visitMeetings } from "./meetings.js";
import { orientation, type Segment, touch } from "./plane.js";
import { contains, containsAt, isInterior, type PreparedGeofence } from "./prepared.js";
import { cornersAt, ringEnd } from "./runs.js";

/**
 * True when every point of `inner` is in `outer`; their boundaries may coincide or touch, those of
 * holes too. False when that takes more effort than there is.
 *
 * The interior of `inner` is in one piece for each polygon. So it is all in `outer` when no
 * boundary of `outer` comes into it, and one point of each piece is in `outer`.
 */
export function geofenceInside(
  outer: PreparedGeofence,
  inner: PreparedGeofence,
  effort: Effort = fullEffort(),
): boolean {
  if (inner.west < outer.west || inner.east > outer.east) return false;
  if (inner.south < outer.south || inner.north > outer.north) return false;
  // Each polygon is looked for among the rings, and each ring among the polygons.
  if (!payForSearches(effort, outer, 2 * inner.polygons.length)) return false;
  const contacts = findContacts(outer, inner, effort);
  if (contacts === null || hasRingIn(outer, inner, contacts.rings)) return false;
  for (const [edge, { cuts, covered }] of contacts.edges) {
    if (entersInterior(edgeAt(outer.packed, edge), cuts, covered, inner)) return false;
  }
  return inner.polygons.every((polygon) => containsAt(outer, ...interiorPoint(polygon)));
}

/** Where an edge of the outer boundary meets the inner one: places along it, 0 to 1. */
interface Contacts {
  /** Single points. */
  readonly cuts: number[];
  /** Pieces, from and to, on which both boundaries run together. */
  readonly covered: (readonly [number, number])[];
}

/**
 * Contacts of the outer boundary with the inner, for each edge by its index, and the rings that have
 * any; null when the two cross, or when that is not known.
 */
function findContacts(outer: PreparedGeofence, inner: PreparedGeofence, effort: Effort) {
  const edges = new Map<number, Contacts>();
  const rings = new Set<number>();
  const crossed = visitMeetings(outer, inner, 0, effort, (i, j, ring) => {
    const [a, b] = [edgeAt(outer.packed, i), edgeAt(inner.packed, j)];
    if (!touch(a, b)) return false;
    const [start, end] = [sideOf(a, b.x1, b.y1), sideOf(a, b.x2, b.y2)];
    const [own, other] = [sideOf(b, a.x1, a.y1), sideOf(b, a.x2, a.y2)];
    if (start * end < 0 && own * other < 0) return true;
    rings.add(ring);
    const contacts = edges.get(i) ?? { cuts: [], covered: [] };
    edges.set(i, contacts);
    const [from, to] = [along(a, b.x1, b.y1), along(a, b.x2, b.y2)];
    if (start === 0) contacts.cuts.push(from);
    if (end === 0) contacts.cuts.push(to);
    if (start === 0 && end === 0) {
      contacts.covered.push([Math.min(from, to), Math.max(from, to)]);
    }
    return false;
  });
  return crossed === false ? { edges, rings } : null;
}

function sideOf(edge: Segment, x: number, y: number): number {
  return Math.sign(orientation(edge.x1, edge.y1, edge.x2, edge.y2, x, y));
}

/** Where a point of the edge's line lies along it: 0 at its start, 1 at its end. */
function along({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  return Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (x - x1) / (x2 - x1) : (y - y1) / (y2 - y1);
}

/** True when a ring of `outer` without contact lies in the interior of `inner`. */
function hasRingIn(
  { packed }: PreparedGeofence,
  inner: PreparedGeofence,
  withContact: ReadonlySet<number>,
): boolean {
  let at = 1;
  for (let polygon = packed[0] as number; polygon > 0; polygon--) {
    for (let rings = packed[at++] as number; rings > 0; rings--) {
      const corner = cornersAt(packed, at);
      // It is on one side as a whole, so one corner tells.
      if (
        !withContact.has(at) &&
        isInterior(inner, packed[corner] as number, packed[corner + 1] as number)
      )
        return true;
      at = ringEnd(packed, at);
    }
  }
  return false;
}

/** True when a piece of the edge between its contacts lies in the interior of `inner`. */
function entersInterior(
  { x1, y1, x2, y2 }: Segment,
  cuts: readonly number[],
  covered: readonly (readonly [number, number])[],
  inner: PreparedGeofence,
): boolean {
  const stops = [0, ...cuts.filter((t) => t > 0 && t < 1), 1].sort((a, b) => a - b);
  const pieces = covered.toSorted(([a], [b]) => a - b);
  let next = 0;
  let coveredTo = -Infinity;
  for (let at = 0; at + 1 < stops.length; at++) {
    if (stops[at] === stops[at + 1]) continue;
    const middle = ((stops[at] as number) + (stops[at + 1] as number)) / 2;
    for (
      let piece = pieces[next];
      piece !== undefined && piece[0] <= middle;
      piece = pieces[next]
    ) {
      coveredTo = Math.max(coveredTo, piece[1]);
      next += 1;
    }
    if (middle <= coveredTo) continue;
    if (isInterior(inner, x1 + middle * (x2 - x1), y1 + middle * (y2 - y1))) return true;
  }
  return false;
}

/**
 * True when two geofences have a point in common; a common piece of boundary is enough. True, to be
 * on the safe side, when to find out takes more effort than there is.
 */
export function touches(
  a: PreparedGeofence,
  b: PreparedGeofence,
  effort: Effort = fullEffort(),
): boolean {
  if (touchesTurned(a, b, 0, effort)) return true;
  // 180 and -180 degrees are one meridian.
  if (a.east === 180 && b.west === -180) return touchesTurned(a, b, 360, effort);
  return a.west === -180 && b.east === 180 && touchesTurned(a, b, -360, effort);
}

/** @param turn degrees by which `b` is turned to the east first */
function touchesTurned(
  a: PreparedGeofence,
  b: PreparedGeofence,
  turn: number,
  effort: Effort,
): boolean {
  if (a.west > b.east + turn || b.west + turn > a.east) return false;
  if (a.south > b.north || b.south > a.north) return false;
  const met = visitMeetings(a, b, turn, effort, (i, j) =>
    touch(edgeAt(a.packed, i), edgeAt(b.packed, j, turn)),
  );
  if (met !== false) return true;
  // The boundaries are apart, so one polygon is in another or none is.
  return turn === 0 && (hasCornerIn(a, b) || hasCornerIn(b, a));
}

function hasCornerIn(geofence: PreparedGeofence, other: PreparedGeofence): boolean {
  return geofence.polygons.some(({ rings: [outer] }) => {
    if (outer === undefined) return false;
    return contains(other, { longitude: outer[0] as number, latitude: outer[1] as number });
  });
}
