import type { Polygon, Ring, Vertex } from "../store/records.js";
import { arrange, crossingProblem } from "./arrangement.js";
import { nameRing, type Problem } from "./geojson.js";

/** Degrees around the Earth. */
const TURN = 360;
/**
 * Most edges of one geofence that cross the antimeridian: hardly any place does so more than a few
 * times, and each costs corners on both sides.
 */
export const ANTIMERIDIAN_CROSSINGS_MAX = 100;

export const tooManyCrossings: Problem = {
  problem: `crosses the antimeridian more than ${ANTIMERIDIAN_CROSSINGS_MAX} times: simplify the outline`,
};

/**
 * A polygon whose edges take the shorter way about the Earth, laid out on a plane without a seam:
 * longitudes go on beyond 180 degrees where it crosses the antimeridian. The very same polygon
 * when it does not.
 */
export function unwrap(polygon: Polygon): Polygon | Problem {
  if (!polygon.some((ring) => crossingsOf(ring) > 0)) return polygon;
  const rings: Ring[] = [];
  let west = 0;
  for (const [index, ring] of polygon.entries()) {
    const line = follow(ring);
    const [first, last] = [line[0]?.[0] ?? 0, line.at(-1)?.[0] ?? 0];
    if (first !== last) {
      return { problem: `goes around a pole: draw it without the pole (${nameRing(index)})` };
    }
    const start = Math.min(...longitudesOf(line));
    if (Math.max(...longitudesOf(line)) - start >= TURN) {
      return { problem: `goes around the Earth: draw it in parts (${nameRing(index)})` };
    }
    if (index === 0) west = start;
    // A hole is turned to where its polygon is.
    const turn = TURN * Math.ceil((west - start) / TURN);
    rings.push(line.map(([x, y]): Vertex => [x + turn, y]));
  }
  // The western end between -180 and 180 degrees.
  const back = TURN * Math.floor((west + TURN / 2) / TURN);
  return rings.map((ring) => ring.map(([x, y]): Vertex => [x - back, y]));
}

function longitudesOf(line: Ring): readonly number[] {
  return line.map(([x]) => x);
}

/** How many edges of a ring take the way over the antimeridian. */
export function crossingsOf(ring: Ring): number {
  let count = 0;
  let before = ring[0]?.[0] ?? 0;
  for (const [x] of ring) {
    if (Math.abs(x - before) > TURN / 2) count += 1;
    before = x;
  }
  return count;
}

/** The ring's corners with each edge taken the shorter way. */
function follow(ring: Ring): Ring {
  let turn = 0;
  let before = ring[0]?.[0] ?? 0;
  return ring.map(([x, y]): Vertex => {
    if (x - before > TURN / 2) turn -= TURN;
    else if (before - x > TURN / 2) turn += TURN;
    before = x;
    return [x + turn, y];
  });
}

/**
 * Cuts an unwrapped polygon at the antimeridian (RFC 7946, 3.1.9) into polygons whose longitudes
 * lie between -180 and 180 degrees, outer rings counterclockwise.
 * @returns a problem when parts with holes touch each other at the antimeridian; of parts without,
 *   that is for the caller to find
 */
export function cutAtAntimeridian(polygon: Polygon): readonly Polygon[] | Problem {
  const east = Math.max(...longitudesOf(polygon[0] ?? []));
  if (east <= TURN / 2) return [polygon];
  const oriented = polygon.map((ring, index) => orient(ring, index === 0));
  const west = side(oriented, (x) => x <= TURN / 2);
  if ("problem" in west) return west;
  const beyond = side(oriented, (x) => x > TURN / 2);
  if ("problem" in beyond) return beyond;
  const turned = beyond.map((part) =>
    part.map((ring) => ring.map(([x, y]): Vertex => [x - TURN, y])),
  );
  return [...west, ...turned];
}

function orient(ring: Ring, counterclockwise: boolean): Ring {
  return area(ring) > 0 === counterclockwise ? ring : [...ring].reverse();
}

/** Twice the signed area, counterclockwise positive. */
function area(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  let twice = 0;
  for (const [at, [x, y]] of ring.entries()) {
    const [px, py] = ring[at - 1] ?? [x, y];
    twice += (px - x0) * (y - y0) - (py - y0) * (x - x0);
  }
  return twice;
}

/** A run of corners on one side, from where the ring comes in to where it goes out. */
type Chain = readonly Vertex[];

/** The part of a polygon on one side of the antimeridian. */
function side(polygon: Polygon, keeps: (x: number) => boolean): readonly Polygon[] | Problem {
  const whole: Ring[] = [];
  const chains: Chain[] = [];
  for (const ring of polygon) {
    if (ring.every(([x]) => keeps(x))) whole.push(ring);
    else chains.push(...chainsOf(ring, keeps));
  }
  const outers = [...whole.filter((ring) => area(ring) > 0), ...joinChains(chains)];
  return withHoles(
    outers,
    whole.filter((ring) => area(ring) <= 0),
  );
}

/** Gives each hole to the outer ring that it lies in. */
function withHoles(outers: readonly Ring[], holes: readonly Ring[]): readonly Polygon[] | Problem {
  const polygons = outers.map((outer) => [outer]);
  if (holes.length === 0) return polygons;
  const arrangement = arrange([[...outers, ...holes]]);
  if ("crossing" in arrangement) return crossingProblem(arrangement);
  for (const [at, hole] of holes.entries()) {
    const polygon = polygons[arrangement.around[outers.length + at] as number];
    if (polygon === undefined) throw new Error("a hole has lost its polygon");
    polygon.push(hole);
  }
  return polygons;
}

function chainsOf(ring: Ring, keeps: (x: number) => boolean): readonly Chain[] {
  const open = ring.slice(1);
  // Start behind a crossing, so that no chain is broken by the ring's own start.
  const start = open.findIndex(([x], at) => keeps(x) && !keeps((open.at(at - 1) as Vertex)[0]));
  if (start < 0) return [];
  const chains: Chain[] = [];
  let chain: Vertex[] | null = null;
  for (let step = 0; step <= open.length; step++) {
    const here = open[(start + step) % open.length] as Vertex;
    const before = open.at((start + step - 1) % open.length) as Vertex;
    if (keeps(here[0]) && chain === null && step < open.length) chain = [cut(before, here)];
    if (!keeps(here[0]) && chain !== null) {
      chains.push([...chain, cut(before, here)]);
      chain = null;
    }
    if (keeps(here[0]) && chain !== null) chain.push(here);
  }
  return chains;
}

/** Where an edge meets the antimeridian; its end itself when that lies on it. */
function cut([x1, y1]: Vertex, [x2, y2]: Vertex): Vertex {
  const meridian = TURN / 2;
  if (x2 === meridian) return [meridian, y2];
  return [meridian, y1 + ((meridian - x1) / (x2 - x1)) * (y2 - y1)];
}

/**
 * Closes chains along the antimeridian: its ends, from south to north, bound pieces of it that are
 * inside and outside by turns, so every end goes on at its neighbour's.
 */
function joinChains(chains: readonly Chain[]): readonly Ring[] {
  const ends = chains.flatMap((chain, number) => [
    { number, starts: true, y: (chain[0] as Vertex)[1] },
    { number, starts: false, y: (chain.at(-1) as Vertex)[1] },
  ]);
  ends.sort((a, b) => a.y - b.y);
  const next = new Map<number, number>();
  for (let at = 0; at + 1 < ends.length; at += 2) {
    const pair = [ends[at], ends[at + 1]] as const;
    const from = pair.find((end) => end?.starts === false);
    const to = pair.find((end) => end?.starts === true);
    if (from !== undefined && to !== undefined) next.set(from.number, to.number);
  }
  const rings: Ring[] = [];
  const used = new Set<number>();
  for (const first of chains.keys()) {
    const ring: Vertex[] = [];
    let number: number | undefined = first;
    while (number !== undefined && !used.has(number)) {
      used.add(number);
      ring.push(...(chains[number] ?? []));
      number = next.get(number);
    }
    if (ring.length > 0) rings.push(tidy([...ring, ring[0] as Vertex]));
  }
  return rings.filter((ring) => ring.length >= 4 && area(ring) !== 0);
}

/** Without corners repeated one after another. */
function tidy(ring: Ring): Ring {
  return ring.filter(([x, y], at) => x !== ring[at - 1]?.[0] || y !== ring[at - 1]?.[1]);
}
