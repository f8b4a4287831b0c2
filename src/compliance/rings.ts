import type { Polygon, Ring, Vertex } from "../store/records.js";
import { nameRing, type Problem, type RawPolygon } from "./geojson.js";
import { orientation, sideOfRing } from "./plane.js";
import { flatten } from "./prepared.js";

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
export function flatProblem(polygon: Polygon): string | null {
  const flat = polygon.findIndex(isFlat);
  if (flat < 0) return null;
  return `encloses no area: its corners lie on one line (${nameRing(flat)})`;
}

function isFlat(ring: Ring): boolean {
  const [a, b] = ring as [Vertex, Vertex];
  return ring.every(([x, y]) => orientation(a[0], a[1], b[0], b[1], x, y) === 0);
}

/** Finds a ring with hardly any area. For rings that do not cross, whose area means something. */
export function areaProblem(polygons: readonly Polygon[]): string | null {
  const small = polygons.flat().find((ring) => areaM2(ring) < RING_AREA_M2_MIN);
  if (small === undefined) return null;
  return `has a ring of less than ${RING_AREA_M2_MIN} square metres near [${small[0]}]`;
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

/** One ring with its bounds, for quick tests of what lies in it. */
interface Outline {
  readonly coordinates: Float64Array;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * Checks how rings that do not touch lie to one another: holes inside their outer ring and not
 * inside each other, and no polygon inside another.
 */
export function nestingProblem(polygons: readonly Polygon[]): string | null {
  const outlines = polygons.map((polygon) => polygon.map(outlineOf));
  for (const [index, [outer, ...holes]] of outlines.entries()) {
    if (outer === undefined) continue;
    for (const [at, hole] of holes.entries()) {
      if (!inside(hole, outer)) return `has a hole outside its polygon (${nameRing(at + 1)})`;
      const nested = holes.some((other) => other !== hole && inside(hole, other));
      if (nested) return `has a hole inside another hole (${nameRing(at + 1)})`;
    }
    const around = outlines.findIndex(
      ([other, ...otherHoles]) =>
        other !== undefined &&
        other !== outer &&
        inside(outer, other) &&
        !otherHoles.some((hole) => inside(outer, hole)),
    );
    if (around >= 0) {
      return `has a polygon inside another: polygon ${index + 1} in ${around + 1}`;
    }
  }
  return null;
}

function outlineOf(ring: Ring): Outline {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [longitude, latitude] of ring) {
    west = Math.min(west, longitude);
    south = Math.min(south, latitude);
    east = Math.max(east, longitude);
    north = Math.max(north, latitude);
  }
  return { coordinates: flatten(ring), west, south, east, north };
}

/** One corner tells, since the rings do not touch. */
function inside(ring: Outline, other: Outline): boolean {
  if (ring.west < other.west || ring.east > other.east) return false;
  if (ring.south < other.south || ring.north > other.north) return false;
  const { coordinates } = ring;
  return sideOfRing(other.coordinates, coordinates[0] as number, coordinates[1] as number) > 0;
}
