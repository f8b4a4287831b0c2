import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { singularRows } from "../../../../src/vision/packs/prepare/singular-rows.js";
import { noise } from "./models.js";

const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      }),
    }),
  );

function product(a: Float64Array, columns: number, i: number, j: number, byRows: boolean): number {
  const count = byRows ? columns : a.length / columns;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const x = byRows ? a[i * columns + k] : a[k * columns + i];
    const y = byRows ? a[j * columns + k] : a[k * columns + j];
    sum += (x ?? 0) * (y ?? 0);
  }
  return sum;
}

describe("singularRows()", () => {
  test("finds the singular values of a matrix done by hand", () => {
    const a = Float64Array.from([3, 0, 4, 5]);
    const values = singularRows(a, 2, 2);
    expect(values[0]).toBeCloseTo(Math.sqrt(45), 12);
    expect(values[1]).toBeCloseTo(Math.sqrt(5), 12);
  });

  test("makes rows orthogonal, longest first, and keeps the products of columns", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, values }) => {
        const before = Float64Array.from(values);
        const a = before.slice();
        const lengths = singularRows(a, rows, columns);
        const scale = product(before, before.length, 0, 0, true) + 1e-300;
        for (let i = 0; i < columns; i++) {
          for (let j = 0; j <= i; j++) {
            const difference =
              product(a, columns, i, j, false) - product(before, columns, i, j, false);
            expect(Math.abs(difference) / scale).toBeLessThan(1e-12);
          }
        }
        for (let i = 0; i < rows; i++) {
          if (i > 0) expect(lengths[i]).toBeLessThanOrEqual(lengths[i - 1] ?? 0);
          for (let j = 0; j < i; j++) {
            expect(Math.abs(product(a, columns, i, j, true)) / scale).toBeLessThan(1e-9);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test("leaves as many long rows as the matrix has ranks", () => {
    const left = Float64Array.from(noise(20 * 3, 1));
    const right = Float64Array.from(noise(3 * 15, 2));
    const a = Float64Array.from({ length: 20 * 15 }, (_, i) => {
      const row = Math.floor(i / 15);
      return [0, 1, 2].reduce(
        (sum, k) => sum + (left[row * 3 + k] ?? 0) * (right[k * 15 + (i % 15)] ?? 0),
        0,
      );
    });
    const lengths = singularRows(a, 20, 15);
    expect(lengths[2]).toBeGreaterThan(0.1);
    expect(lengths[3]).toBeLessThan(1e-9);
  });

  test("gives the same bits every time", () => {
    const values = Float64Array.from({ length: 900 }, (_, i) => Math.sin(i * i));
    const one = values.slice();
    const other = values.slice();
    singularRows(one, 30, 30);
    singularRows(other, 30, 30);
    expect(one).toEqual(other);
  });

  test("settles on a matrix of zeros", () => {
    expect(singularRows(new Float64Array(6), 2, 3)).toEqual(new Float64Array(2));
  });

  test("refuses a wrong length and values that are not finite", () => {
    expect(() => singularRows(new Float64Array(5), 2, 3)).toThrow("cannot have 5 values");
    expect(() => singularRows(Float64Array.from([1, Number.NaN]), 1, 2)).toThrow("not finite");
  });
});
