import { expect, test } from "vitest";
import { exactScore } from "../../src/index/exact-score.js";
import { cosine, drawFaces, unit } from "./faces.js";

test.each([2, 3, 7, 16, 160, 513])("vectors of %i floats score as the plain sum", (dimension) => {
  const draw = drawFaces(dimension, dimension);
  const rows = Array.from({ length: 5 }, () => draw.person()());
  const slab = Float32Array.from(rows.flatMap((row) => [...row]));
  const probes = Float32Array.from(rows.flatMap(() => [...draw.person()()]));
  rows.forEach((row, i) => {
    for (let query = 0; query < rows.length; query += 1) {
      const offset = query * dimension;
      const probe = probes.subarray(offset, offset + dimension);
      const score = exactScore(probes, offset, slab, i * dimension, dimension);
      expect(score).toBeCloseTo(cosine(probe, row), 6);
      expect(score).toBe(Math.fround(score));
    }
  });
});

test("a cosine that rounding leaves outside -1 to 1 is clamped", () => {
  const long = unit([1, 2, 3]).map((value) => value * (1 + 1e-6));
  expect(exactScore(long, 0, long, 0, 3)).toBe(1);
  const opposite = long.map((value) => -value);
  expect(exactScore(long, 0, opposite, 0, 3)).toBe(-1);
});
