import { expect, test } from "vitest";
import { scoreRow, scoreRows } from "../../src/index/kernel.js";
import { cosine, drawFaces } from "./faces.js";

test.each([2, 3, 7, 16, 160, 513])("rows of %i floats score as the plain sum does", (dimension) => {
  const draw = drawFaces(dimension, dimension);
  const rows = Array.from({ length: 11 }, () => draw.person()());
  const slab = Float32Array.from(rows.flatMap((row) => [...row]));
  const probe = draw.person()();
  const query = Float64Array.from(probe);
  for (const [first, count] of [
    [0, 11],
    [0, 4],
    [3, 5],
    [10, 1],
    [4, 0],
  ] as const) {
    const scores = new Float32Array(count);
    scoreRows(slab, dimension, first, count, query, scores);
    const expected = rows.slice(first, first + count).map((row) => cosine(probe, row));
    expect([...scores]).toEqual(expected.map((score) => expect.closeTo(score, 6)));
    // One row alone scores the same to the bit, so ties do not depend on a row's place.
    expect([...scores]).toEqual(
      expected.map((_, i) => scoreRow(slab, dimension, first + i, query)),
    );
  }
});
