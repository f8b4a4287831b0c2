import { rayParity } from "./plane.js";

/** Edges in one run. */
const RUN_EDGES = 24;
/** Numbers that one run takes up in a ring: two for each corner. */
const RUN_STRIDE = 2 * RUN_EDGES;
const BOX_SIZE = 5;
const HEADER_SIZE = 2;

/*
 * A ring lies in one piece of memory with others, so that a question needs few trips to it: how many
 * runs, how many numbers, the boxes of the runs (west, south, east, north, the latitude of the run's
 * first corner), the corners (longitude, latitude). A run is so many edges one after another, and
 * ends with the corner with which the next one starts, the last with that of the first; its box
 * tells whether it need be read at all.
 */

/** Numbers that a ring takes up, with its header and boxes. */
export function boxedSize(corners: number): number {
  return HEADER_SIZE + runsOf(corners * 2) * BOX_SIZE + corners * 2;
}

function runsOf(length: number): number {
  return Math.max(0, Math.ceil((length - 2) / RUN_STRIDE));
}

/** Where a ring's corners start. */
export function cornersAt(packed: Float64Array, at: number): number {
  return at + HEADER_SIZE + (packed[at] as number) * BOX_SIZE;
}

/** Where what follows a ring starts. */
export function ringEnd(packed: Float64Array, at: number): number {
  return cornersAt(packed, at) + (packed[at + 1] as number);
}

/**
 * Writes a ring with its header and boxes.
 * @param ring closed
 */
export function packRing(
  packed: Float64Array,
  at: number,
  ring: readonly (readonly [number, number])[],
): void {
  packed[at] = runsOf(ring.length * 2);
  packed[at + 1] = ring.length * 2;
  let to = cornersAt(packed, at);
  for (const [longitude, latitude] of ring) {
    packed[to++] = longitude;
    packed[to++] = latitude;
  }
  for (let run = 0; run < (packed[at] as number); run++) packBox(packed, at, run);
}

function packBox(packed: Float64Array, at: number, run: number): void {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const last = runEnd(packed, at, run);
  for (let i = runStart(packed, at, run); i <= last; i += 2) {
    const longitude = packed[i] as number;
    const latitude = packed[i + 1] as number;
    if (longitude < west) west = longitude;
    if (longitude > east) east = longitude;
    if (latitude < south) south = latitude;
    if (latitude > north) north = latitude;
  }
  const box = boxAt(at, run);
  packed[box] = west;
  packed[box + 1] = south;
  packed[box + 2] = east;
  packed[box + 3] = north;
  packed[box + 4] = packed[runStart(packed, at, run) + 1] as number;
}

/** Where the box of a run starts: west, south, east, north. */
export function boxAt(at: number, run: number): number {
  return at + HEADER_SIZE + run * BOX_SIZE;
}

/** Index of the longitude of a run's first corner. */
export function runStart(packed: Float64Array, at: number, run: number): number {
  return cornersAt(packed, at) + run * RUN_STRIDE;
}

/** Index of the longitude of a run's last corner. */
export function runEnd(packed: Float64Array, at: number, run: number): number {
  return Math.min(runStart(packed, at, run) + RUN_STRIDE, ringEnd(packed, at) - 2);
}

/**
 * On which side of a ring a point lies, by the even-odd rule with the ray to the east; reads only
 * the runs that the point lies beside.
 * @param at where the ring starts, header first
 * @returns 1 inside, 0 on the boundary, -1 outside
 */
export function sideOfPacked(packed: Float64Array, at: number, x: number, y: number): -1 | 0 | 1 {
  let odd = false;
  const runs = packed[at] as number;
  for (let run = 0; run < runs; run++) {
    const box = boxAt(at, run);
    // The ray to the east passes the run by, or starts beyond it.
    // Written so that NaN passes by everything.
    const level = y >= (packed[box + 1] as number) && y <= (packed[box + 3] as number);
    if (!level || !(x <= (packed[box + 2] as number))) continue;
    if (x < (packed[box] as number)) {
      // All of it lies to the east: how often it is crossed, its ends tell.
      const next = boxAt(at, run + 1 < runs ? run + 1 : 0);
      if ((packed[box + 4] as number) > y !== (packed[next + 4] as number) > y) odd = !odd;
      continue;
    }
    const parity = rayParity(packed, runStart(packed, at, run), runEnd(packed, at, run), x, y);
    if (parity < 0) return 0;
    if (parity === 1) odd = !odd;
  }
  return odd ? 1 : -1;
}
