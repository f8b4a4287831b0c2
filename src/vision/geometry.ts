import type { Box, Point } from "./port.js";

/**
 * Coordinates here are continuous: pixel `i` covers `i` to `i + 1`, its centre is `i + 0.5`.
 *
 * A similarity maps (x, y) to (a x - b y + tx, b x + a y + ty): rotation and one scale, no shear.
 */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export function applySimilarity(map: Similarity, point: Point): Point {
  return {
    x: map.a * point.x - map.b * point.y + map.tx,
    y: map.b * point.x + map.a * point.y + map.ty,
  };
}

/** Length of the image of a unit vector. */
export function scaleOf(map: Similarity): number {
  return Math.hypot(map.a, map.b);
}

export function invertSimilarity(map: Similarity): Similarity {
  const square = map.a * map.a + map.b * map.b;
  const a = map.a / square;
  const b = -map.b / square;
  return { a, b, tx: -(a * map.tx - b * map.ty), ty: -(b * map.tx + a * map.ty) };
}

export function meanPoint(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

/**
 * The similarity that takes `from` to `to` with the least squared error (Umeyama, "Least-squares
 * estimation of transformation parameters between two point patterns", PAMI 1991; in the plane,
 * without reflection, it has this closed form). Null when the points of `from` are all one point,
 * or a coordinate is not finite.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | null {
  const fromMean = meanPoint(from);
  const toMean = meanPoint(to);
  let dot = 0;
  let cross = 0;
  let square = 0;
  from.forEach((source, i) => {
    const target = to[i] ?? toMean;
    const sx = source.x - fromMean.x;
    const sy = source.y - fromMean.y;
    const dx = target.x - toMean.x;
    const dy = target.y - toMean.y;
    dot += sx * dx + sy * dy;
    cross += sx * dy - sy * dx;
    square += sx * sx + sy * sy;
  });
  const a = dot / square;
  const b = cross / square;
  if (!(Number.isFinite(a) && Number.isFinite(b)) || (a === 0 && b === 0)) return null;
  const tx = toMean.x - (a * fromMean.x - b * fromMean.y);
  const ty = toMean.y - (b * fromMean.x + a * fromMean.y);
  return { a, b, tx, ty };
}

/** The smallest upright box around the points. */
export function boundingBox(points: readonly Point[]): Box {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function boxCentre(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function boxArea(box: Box): number {
  return Math.max(0, box.width) * Math.max(0, box.height);
}

/** Area that two boxes share. */
export function overlapArea(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0 to 1. */
export function overlap(one: Box, other: Box): number {
  const shared = overlapArea(one, other);
  return shared === 0 ? 0 : shared / (boxArea(one) + boxArea(other) - shared);
}
