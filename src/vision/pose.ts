import type { Point } from "./port.js";

/** Where a head is turned, degrees; all 0 when it looks straight into the camera. */
export interface Pose {
  /** Positive turns to the image's right. */
  readonly yawDegrees: number;
  /** Positive looks up. */
  readonly pitchDegrees: number;
  /** In the image plane; positive is clockwise. */
  readonly rollDegrees: number;
}

/**
 * An average adult's five points, millimetres: x to the image's right, y down, z away from the
 * camera. Centred on their mean. Symmetric, so that x is independent of y and z in the fit below.
 */
const head = centred([
  [-31, -36, 30],
  [31, -36, 30],
  [0, 0, 0],
  [-26, 37, 24],
  [26, 37, 24],
]);

type Vector = readonly [number, number, number];

function centred(points: readonly Vector[]): Vector[] {
  const mean = [0, 1, 2].map(
    (k) => points.reduce((sum, p) => sum + (p[k] ?? 0), 0) / points.length,
  );
  const [mx = 0, my = 0, mz = 0] = mean;
  return points.map(([x, y, z]) => [x - mx, y - my, z - mz] as const);
}

function moment(left: (point: Vector) => number, right: (point: Vector) => number): number {
  return head.reduce((sum, point) => sum + left(point) * right(point), 0);
}

const xx = moment(
  ([x]) => x,
  ([x]) => x,
);
const yy = moment(
  ([, y]) => y,
  ([, y]) => y,
);
const zz = moment(
  ([, , z]) => z,
  ([, , z]) => z,
);
const yz = moment(
  ([, y]) => y,
  ([, , z]) => z,
);
const determinant = yy * zz - yz * yz;

/** Least squares coefficients of one image coordinate in the head's x, y and z. */
function regress(values: readonly number[]): Vector {
  let x = 0;
  let y = 0;
  let z = 0;
  head.forEach((point, i) => {
    const value = values[i] ?? 0;
    x += point[0] * value;
    y += point[1] * value;
    z += point[2] * value;
  });
  return [x / xx, (y * zz - z * yz) / determinant, (z * yy - y * yz) / determinant];
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

/**
 * Estimates a head's pose from five points by fitting an average head under scaled orthography
 * (the linear step of POSIT: DeMenthon and Davis, IJCV 1995). Good to about ten degrees, which is
 * enough to say that a face is turned too far.
 *
 * @param points left eye, right eye, nose tip, left and right mouth corner as seen
 */
export function estimatePose(points: readonly Point[]): Pose {
  const [left, right] = points;
  if (left === undefined || right === undefined || points.length !== head.length) {
    throw new Error("five points are needed");
  }
  const roll = Math.atan2(right.y - left.y, right.x - left.x);
  const cos = Math.cos(roll);
  const sin = Math.sin(roll);
  const across = regress(points.map(({ x, y }) => x * cos + y * sin));
  const down = regress(points.map(({ x, y }) => y * cos - x * sin));
  // The rows are the first two rows of a rotation, times the scale; noise makes them unequal.
  const scale = (Math.hypot(...across) + Math.hypot(...down)) / 2;
  if (!(scale > 0)) return { yawDegrees: 0, pitchDegrees: 0, rollDegrees: degrees(roll) };
  const clamp = (value: number) => Math.max(-1, Math.min(1, value / scale));
  return {
    yawDegrees: degrees(Math.asin(clamp(-across[2]))),
    pitchDegrees: degrees(Math.asin(clamp(down[2]))),
    rollDegrees: degrees(roll),
  };
}
