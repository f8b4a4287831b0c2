import { describe, expect, test, vi } from "vitest";
import { LinearSlab } from "../../src/index/kernel/linear-slab.js";
import type { KernelName } from "../../src/index/kernel/pages.js";
import { createRows } from "../../src/index/rows.js";
import { createScanner, searchAll } from "../../src/index/scanner.js";
import { createSlab, queriesPerScan } from "../../src/index/slab.js";
import { drawFaces } from "./faces.js";

const dimension = 160;

function filled(count: number, kernel?: KernelName) {
  const draw = drawFaces(dimension, 3);
  const slab = createSlab(dimension, kernel);
  const rows = createRows(slab);
  rows.reserve(count);
  for (let i = 0; i < count; i += 1) {
    const vectors = draw.person()();
    rows.put({ templateIds: [`t${i}`], personIds: [`p${i}`], vectors }, 0);
  }
  return { slab, rows, scanner: createScanner(rows), draw };
}

describe("scanner", () => {
  test("scores few rows exactly: the 8-bit scan rules the others out", () => {
    const { slab, rows, scanner, draw } = filled(5_000, "simd");
    const places = vi.spyOn(slab, "vectorPlace");
    // A stranger: the best of the gallery are hard to tell from the rest.
    const probe = draw.person()();
    searchAll(rows, scanner, probe, 1, 5);
    expect(places.mock.calls.length).toBeGreaterThan(5);
    expect(places.mock.calls.length).toBeLessThan(150);
  });

  test("a range of rows is searched as any scan of all would", () => {
    const { scanner, draw } = filled(90);
    const probe = draw.person()();
    for (const [first, end] of [
      [0, 90],
      [61, 67],
      [63, 90],
      [89, 90],
      [90, 90],
    ] as const) {
      scanner.begin(probe, 0, 1, 100);
      scanner.scan(first, end);
      const found = (scanner.finish()[0] ?? []).map(({ templateId }) => templateId);
      for (let row = first; row < end; row += 1) {
        expect(found).toContain(`t${row}`);
      }
      // Rows are taken in groups of four, so that a few before the first may be seen.
      expect(found.length).toBeLessThanOrEqual(end - first + 3);
    }
  });

  test("the queries are zeroed in the slab when the answer is there", () => {
    const { slab, scanner, draw } = filled(10, "simd");
    if (!(slab instanceof LinearSlab)) throw new Error("not the slab that was asked for");
    const queries = Float32Array.from(
      Array.from({ length: queriesPerScan }, () => [...draw.person()()]).flat(),
    );
    const { queries: first } = slab.queryPlace(0);
    const { limits: last } = slab.queryPlace(queriesPerScan / 4 - 1);
    const isZero = () => slab.int8.subarray(first, last).every((byte) => byte === 0);
    scanner.begin(queries, 0, queriesPerScan, 1);
    expect(isZero()).toBe(false);
    scanner.finish();
    expect(isZero()).toBe(true);
    expect(() => scanner.begin(queries, 0, queriesPerScan + 1, 1)).toThrow(RangeError);
  });
});
