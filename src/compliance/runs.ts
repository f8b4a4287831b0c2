import { rayParity } from "./plane.js";

/** Edges in one run. */
const RUN_EDGES = 24;
/** Numbers that one run takes up in a ring: two for each corner. */
export const RUN_STRIDE = 2 * RUN_EDGES;

/**
 * Boxes of a ring's runs of so many edges one after another, so that most runs need not be read:
 * west, south, east, north of the first, of the second, and so on. A run ends with the corner with
 * which the next one starts.
 * @param ring closed, as longitude, latitude, ...
 */
export function boxRuns(ring: Float64Array): Float64Array {
  const runs = Math.ceil((ring.length - 2) / RUN_STRIDE);
  const boxes = new Float64Array(Math.max(0, runs) * 4);
  for (let run = 0; run < runs; run++) {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    const last = runEnd(ring, run);
    for (let i = run * RUN_STRIDE; i <= last; i += 2) {
      const longitude = ring[i] as number;
      const latitude = ring[i + 1] as number;
      if (longitude < west) west = longitude;
      if (longitude > east) east = longitude;
      if (latitude < south) south = latitude;
      if (latitude > north) north = latitude;
    }
    boxes[run * 4] = west;
    boxes[run * 4 + 1] = south;
    boxes[run * 4 + 2] = east;
    boxes[run * 4 + 3] = north;
  }
  return boxes;
}

/** Index of the longitude of a run's last corner. */
export function runEnd(ring: Float64Array, run: number): number {
  return Math.min((run + 1) * RUN_STRIDE, ring.length - 2);
}

/**
 * `sideOfRing`, reading only the runs that the point lies beside.
 * @returns 1 inside, 0 on the boundary, -1 outside
 */
export function sideOfBoxedRing(
  ring: Float64Array,
  boxes: Float64Array,
  x: number,
  y: number,
): -1 | 0 | 1 {
  let odd = false;
  for (let run = 0; run * 4 < boxes.length; run++) {
    const south = boxes[run * 4 + 1] as number;
    const north = boxes[run * 4 + 3] as number;
    // The ray to the east passes the run by, or starts beyond it.
    if (y < south || y > north || x > (boxes[run * 4 + 2] as number)) continue;
    const from = run * RUN_STRIDE;
    const to = runEnd(ring, run);
    if (x < (boxes[run * 4] as number)) {
      // All of it lies to the east: how often it is crossed, its ends tell.
      if ((ring[from + 1] as number) > y !== (ring[to + 1] as number) > y) odd = !odd;
      continue;
    }
    const parity = rayParity(ring, from, to, x, y);
    if (parity < 0) return 0;
    if (parity === 1) odd = !odd;
  }
  return odd ? 1 : -1;
}
