import { describe, expect, test } from "vitest";
import { quantiseQuery, quantiseRow, queryMagnitude, strideOf } from "../../src/index/quantise.js";
import { unit } from "./faces.js";

describe("quantise", () => {
  test("a row's elements, scale and error give the row back within the error", () => {
    const row = unit([0.5, -3, 2, 0.01, 1]);
    const elements = new Int8Array(8);
    const tail = new Float32Array(2);
    quantiseRow(row, elements, tail);
    const [scale = 0, error = 0] = tail;
    expect([...elements.subarray(5)]).toEqual([0, 0, 0]);
    expect(Math.max(...elements.map(Math.abs))).toBe(127);
    const away = Math.hypot(...row.map((value, i) => value - scale * (elements[i] ?? 0)));
    expect(away).toBeLessThanOrEqual(error);
    expect(error).toBeLessThan(away * 1.01);
  });

  test("a row of zeros has no error", () => {
    const tail = new Float32Array(2);
    quantiseRow(new Float32Array(4), new Int8Array(8), tail);
    expect(tail[0]).toBeGreaterThan(0);
    expect(tail[1]).toBe(0);
    expect(quantiseQuery(new Float32Array(4), () => undefined)).toMatchObject({ error: 0 });
  });

  test("no sum of products can overflow, whatever the dimension", () => {
    for (const dimension of [2, 160, 512, 515, 520, 4_096]) {
      const largest = 127 * queryMagnitude(dimension) * strideOf(dimension);
      expect(largest).toBeLessThan(2 ** 31);
    }
    expect(queryMagnitude(160)).toBe(32_767);
  });
});
