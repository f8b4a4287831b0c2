import type { Polygon, Ring, Vertex } from "../store/records.js";
import { sideOfRing } from "./containment.js";
import { nameRing, type Problem, type RawPolygon } from "./geojson.js";
import { foldsBack, type Segment, touch } from "./plane.js";

/** Area below which a ring is a slip of the hand, not a place. */
export const RING_AREA_M2_MIN = 0.01;
const METRES_PER_DEGREE = 111_195.08;

/** Drops repeated points and checks each ring by itself, all but its crossings. */
export function closeRings(raw: RawPolygon): Polygon | Problem {
  const rings: Ring[] = [];
  for (const [index, vertices] of raw.entries()) {
    const problem = ringProblem(vertices);
    if (problem !== null) return { problem: `${problem} (${nameRing(index)})` };
    const ring = vertices.filter((vertex, at) => !same(vertex, vertices[at - 1]));
    if (ring.length < 4) {
      return { problem: `has fewer than three different corners (${nameRing(index)})` };
    }
    if (areaM2(ring) < RING_AREA_M2_MIN) {
      return { problem: `encloses no area: its corners lie on one line (${nameRing(index)})` };
    }
    rings.push(ring);
  }
  return rings;
}

function ringProblem(vertices: readonly Vertex[]): string | null {
  if (vertices.length < 4) return "has fewer than four positions in a ring";
  if (!same(vertices[0], vertices[vertices.length - 1])) {
    return "has an open ring: repeat the first position at the end";
  }
  for (const [at, vertex] of vertices.entries()) {
    const before = vertices[at - 1] ?? vertex;
    if (Math.abs(vertex[0] - before[0]) > 180) {
      return "crosses the antimeridian: cut it there into two polygons (RFC 7946, 3.1.9)";
    }
  }
  return null;
}

function same(a: Vertex | undefined, b: Vertex | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}

/** Shoelace formula on a plane that touches the Earth at the first corner. */
function areaM2(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  let twice = 0;
  let [px, py] = [0, 0];
  for (const [longitude, latitude] of ring) {
    const [x, y] = [longitude - x0, latitude - y0];
    twice += px * y - x * py;
    [px, py] = [x, y];
  }
  const squareDegreeM2 = METRES_PER_DEGREE ** 2 * Math.max(Math.cos((y0 * Math.PI) / 180), 1e-6);
  return (Math.abs(twice) / 2) * squareDegreeM2;
}

interface Edge extends Segment {
  readonly ring: number;
  /** Place in its ring, and the ring's number of edges. */
  readonly at: number;
  readonly edges: number;
  readonly west: number;
  readonly east: number;
}

/**
 * The first place where two edges meet that should not: neighbours may share their corner, and
 * nothing else may touch, neither in one ring nor between rings. Null when there is none.
 *
 * A sweep from west to east; quick for outlines of places, quadratic at worst.
 */
export function crossing(polygons: readonly Polygon[]): Vertex | null {
  const edges = polygons.flat().flatMap(edgesOf);
  edges.sort((a, b) => a.west - b.west);
  let active: Edge[] = [];
  for (const edge of edges) {
    active = active.filter((other) => other.east >= edge.west);
    for (const other of active) {
      if (clash(edge, other)) return [edge.x1, edge.y1];
    }
    active.push(edge);
  }
  return null;
}

function edgesOf(ring: Ring, number: number): Edge[] {
  const edges = ring.length - 1;
  return ring.slice(1).map(([x2, y2], at) => {
    const [x1, y1] = ring[at] as Vertex;
    return {
      ring: number,
      at,
      edges,
      x1,
      y1,
      x2,
      y2,
      west: Math.min(x1, x2),
      east: Math.max(x1, x2),
    };
  });
}

function clash(a: Edge, b: Edge): boolean {
  if (a.ring === b.ring) {
    if ((a.at + 1) % a.edges === b.at) return foldsBack(a, b);
    if ((b.at + 1) % b.edges === a.at) return foldsBack(b, a);
  }
  return touch(a, b);
}

/**
 * Checks how rings that do not touch lie to one another: holes inside their outer ring and not
 * inside each other, and no polygon inside another.
 */
export function nestingProblem(polygons: readonly Polygon[]): string | null {
  const flat = polygons.map((polygon) => polygon.map((ring) => Float64Array.from(ring.flat())));
  for (const [index, rings] of flat.entries()) {
    const [outer, ...holes] = rings as [Float64Array, ...Float64Array[]];
    for (const [at, hole] of holes.entries()) {
      if (!inside(hole, outer)) return `has a hole outside its polygon (${nameRing(at + 1)})`;
      const nested = holes.some((other) => other !== hole && inside(hole, other));
      if (nested) return `has a hole inside another hole (${nameRing(at + 1)})`;
    }
    for (const [otherIndex, other] of flat.entries()) {
      if (otherIndex !== index && insidePolygon(outer, other)) {
        return `has a polygon inside another: polygon ${index + 1} in ${otherIndex + 1}`;
      }
    }
  }
  return null;
}

function inside(ring: Float64Array, other: Float64Array): boolean {
  return sideOfRing(other, ring[0] as number, ring[1] as number) > 0;
}

function insidePolygon(ring: Float64Array, polygon: readonly Float64Array[]): boolean {
  const [outer, ...holes] = polygon as [Float64Array, ...Float64Array[]];
  return inside(ring, outer) && !holes.some((hole) => inside(ring, hole));
}
