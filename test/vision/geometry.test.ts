import { describe, expect, it } from "vitest";
import {
  applySimilarity,
  boundingBox,
  fitSimilarity,
  invertSimilarity,
  overlap,
  overlapArea,
  scaleOf,
} from "../../src/vision/geometry.js";

const square = [
  { x: 0, y: 0 },
  { x: 4, y: 0 },
  { x: 4, y: 4 },
  { x: 0, y: 4 },
];

describe("fitSimilarity()", () => {
  it("is null when the points are one point, or not finite", () => {
    const one = { x: 3, y: 3 };
    expect(fitSimilarity([one, one, one], square)).toBeNull();
    expect(fitSimilarity([{ x: Number.NaN, y: 0 }, one], square)).toBeNull();
    expect(fitSimilarity([{ x: Number.POSITIVE_INFINITY, y: 0 }, one], square)).toBeNull();
  });

  it("is null when the target is one point, for that cannot be undone", () => {
    const one = { x: 3, y: 3 };
    expect(fitSimilarity(square, [one, one, one, one])).toBeNull();
  });

  it("takes noise to the least squared error: no small change does better", () => {
    const target = square.map(({ x, y }, i) => ({ x: 2 * x + (i % 2), y: 2 * y - (i % 3) }));
    const fit = fitSimilarity(square, target);
    if (fit === null) throw new Error("no fit");
    const error = (map: typeof fit) =>
      square.reduce((sum, point, i) => {
        const { x, y } = applySimilarity(map, point);
        return sum + (x - (target[i]?.x ?? 0)) ** 2 + (y - (target[i]?.y ?? 0)) ** 2;
      }, 0);
    for (const key of ["a", "b", "tx", "ty"] as const) {
      for (const step of [-0.01, 0.01]) {
        expect(error({ ...fit, [key]: fit[key] + step })).toBeGreaterThan(error(fit));
      }
    }
  });
});

describe("boxes", () => {
  it("overlap() is 1 for the same box, 0 for boxes apart or touching", () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    expect(overlap(box, box)).toBe(1);
    expect(overlap(box, { ...box, x: 4 })).toBe(0);
    expect(overlap(box, { ...box, x: 40 })).toBe(0);
    expect(overlapArea(box, { x: 2, y: 2, width: 9, height: 2 })).toBe(4);
  });

  it("boundingBox() holds every point", () => {
    expect(boundingBox(square)).toEqual({ x: 0, y: 0, width: 4, height: 4 });
  });

  it("scaleOf() is the length of a unit vector's image", () => {
    const map = { a: 3, b: 4, tx: 9, ty: 9 };
    expect(scaleOf(map)).toBe(5);
    expect(scaleOf(invertSimilarity(map))).toBeCloseTo(0.2, 12);
  });
});
