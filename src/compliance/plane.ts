/** Bound of the rounding error of the determinant below, as a part of its terms (Shewchuk, 1997). */
const ROUNDING = 3.330_669_073_875_472e-16;

/**
 * On which side of the line a -> b the point c lies: positive left, negative right, 0 on it, or
 * so near that doubles cannot tell.
 */
export function orientation(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): number {
  const left = (bx - ax) * (cy - ay);
  const right = (by - ay) * (cx - ax);
  const turn = left - right;
  return Math.abs(turn) <= ROUNDING * (Math.abs(left) + Math.abs(right)) ? 0 : turn;
}

/** A closed segment from (x1, y1) to (x2, y2). */
export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** True when two closed segments have a point in common. */
export function touch(a: Segment, b: Segment): boolean {
  if (Math.max(a.x1, a.x2) < Math.min(b.x1, b.x2)) return false;
  if (Math.max(b.x1, b.x2) < Math.min(a.x1, a.x2)) return false;
  if (Math.max(a.y1, a.y2) < Math.min(b.y1, b.y2)) return false;
  if (Math.max(b.y1, b.y2) < Math.min(a.y1, a.y2)) return false;
  // Their boxes meet. They are apart only if one lies wholly on one side of the other.
  return !apart(a, b) && !apart(b, a);
}

function apart(line: Segment, other: Segment): boolean {
  const start = orientation(line.x1, line.y1, line.x2, line.y2, other.x1, other.y1);
  const end = orientation(line.x1, line.y1, line.x2, line.y2, other.x2, other.y2);
  return (start > 0 && end > 0) || (start < 0 && end < 0);
}

/**
 * How often the ray from a point to the east crosses a part of a ring (longitude, latitude, ...),
 * modulo 2, for the even-odd rule; -1 when the point
 * is on that part.
 * @param from index of the longitude of its first corner
 * @param to index of the longitude of its last corner
 */
export function rayParity(
  ring: Float64Array,
  from: number,
  to: number,
  x: number,
  y: number,
): -1 | 0 | 1 {
  let odd = false;
  let x1 = ring[from] as number;
  let y1 = ring[from + 1] as number;
  for (let i = from + 2; i <= to; i += 2) {
    const x2 = ring[i] as number;
    const y2 = ring[i + 1] as number;
    if (y1 > y !== y2 > y) {
      const turn = orientation(x1, y1, x2, y2, x, y);
      if (turn === 0) return -1;
      if (turn > 0 === y2 > y1) odd = !odd;
    } else if (y2 === y && (x2 === x || (y1 === y && x1 > x !== x2 > x))) {
      return -1;
    }
    x1 = x2;
    y1 = y2;
  }
  return odd ? 1 : 0;
}
