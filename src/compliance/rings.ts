import type { Polygon, Ring, Vertex } from "../store/records.js";
import { nameRing, type Problem, type RawPolygon } from "./geojson.js";
import { orientation } from "./plane.js";

/** Area below which a ring is a slip of the hand, not a place. */
export const RING_AREA_M2_MIN = 0.01;
const METRES_PER_DEGREE = 111_195.08;

/** Drops repeated points; finds rings that are open or have too few corners. */
export function closeRings(raw: RawPolygon): Polygon | Problem {
  const rings: Ring[] = [];
  for (const [index, vertices] of raw.entries()) {
    const problem = ringProblem(vertices);
    if (problem !== null) return { problem: `${problem} (${nameRing(index)})` };
    const ring = vertices.filter((vertex, at) => !same(vertex, vertices[at - 1]));
    if (ring.length < 4) {
      return { problem: `has fewer than three different corners (${nameRing(index)})` };
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
  return null;
}

function same(a: Vertex | undefined, b: Vertex | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}

/** Finds a ring whose corners lie on one line. */
export function flatProblem(polygon: Polygon): Problem | null {
  const flat = polygon.findIndex(isFlat);
  if (flat < 0) return null;
  return { problem: `encloses no area: its corners lie on one line (${nameRing(flat)})` };
}

function isFlat(ring: Ring): boolean {
  const [a, b] = ring as [Vertex, Vertex];
  return ring.every(([x, y]) => orientation(a[0], a[1], b[0], b[1], x, y) === 0);
}

/** Finds a ring with hardly any area. For rings that do not cross, whose area means something. */
export function areaProblem(polygons: readonly Polygon[]): Problem | null {
  const small = polygons.flat().find((ring) => areaM2(ring) < RING_AREA_M2_MIN);
  if (small === undefined) return null;
  return {
    problem: `has a ring of less than ${RING_AREA_M2_MIN} square metres near [${small[0]}]`,
  };
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

/**
 * Checks how rings that do not touch lie to one another: holes inside their outer ring and not
 * inside each other, and no polygon inside another.
 * @param around for each ring, polygon after polygon, the innermost one that it lies in, or -1
 */
export function nestingProblem(polygons: readonly Polygon[], around: Int32Array): Problem | null {
  const owners = polygons.flatMap((polygon, owner) => polygon.map((_, at) => ({ owner, at })));
  let outer = 0;
  for (const polygon of polygons) {
    const outside = owners[around[outer] as number];
    // A hole is no part of its polygon: another may lie in it.
    if (outside?.at === 0) return polygonInside(owners[outer], outside);
    for (let hole = outer + 1; hole < outer + polygon.length; hole++) {
      if (around[hole] !== outer) return misplacedHole(owners, around, hole);
    }
    outer += polygon.length;
  }
  return null;
}

/** Whose a ring is: the number of its polygon, and 0 for its outer ring or the number of its hole. */
interface RingOwner {
  readonly owner: number;
  readonly at: number;
}

/** What is wrong with a hole that does not lie directly in the outer ring of its polygon. */
function misplacedHole(owners: readonly RingOwner[], around: Int32Array, hole: number): Problem {
  const { owner, at } = owners[hole] as RingOwner;
  let between: RingOwner | undefined;
  for (let ring = around[hole] as number; ring >= 0; ring = around[ring] as number) {
    const here = owners[ring] as RingOwner;
    if (here.owner === owner && here.at === 0) return polygonInside(between, here);
    if (here.owner === owner)
      return { problem: `has a hole inside another hole (${nameRing(at)})` };
    between = here;
  }
  return { problem: `has a hole outside its polygon (${nameRing(at)})` };
}

function polygonInside(inner: RingOwner | undefined, outer: RingOwner): Problem {
  const [name, other] = [(inner?.owner ?? 0) + 1, outer.owner + 1];
  return { problem: `has a polygon inside another: polygon ${name} in ${other}` };
}
