import { describe, expect, test } from "vitest";
import { createRows, type PackedEntries, type Rows } from "../../src/index/rows.js";

function put(rows: Rows, templateId: string, personId: string, value: number): void {
  const vectors = new Float32Array(rows.dimension).fill(value);
  const entries: PackedEntries = { templateIds: [templateId], personIds: [personId], vectors };
  rows.reserve(1);
  rows.put(entries, 0);
}

function filled(count: number): Rows {
  const rows = createRows(3);
  for (let i = 0; i < count; i += 1) put(rows, `t${i}`, `p${i % 7}`, i + 1);
  return rows;
}

describe("rows", () => {
  test("a removed row is filled by the last, and nothing of it stays in the slab", () => {
    const rows = filled(5);
    expect(rows.remove("t1")).toEqual({ freed: 1, last: 4 });
    expect(rows.templateAt(1)).toBe("t4");
    expect([...rows.vectors.subarray(0, 12)]).toEqual([1, 1, 1, 5, 5, 5, 3, 3, 3, 4, 4, 4]);
    expect(rows.vectors.subarray(12).every((value) => value === 0)).toBe(true);
    expect(rows.rowOf("t4")).toBe(1);
    expect(rows.rowOf("t1")).toBeUndefined();
  });

  test("the slab that is left behind by growth, shrinking or the end is zeroed", () => {
    const rows = filled(16);
    const small = rows.vectors;
    put(rows, "one more", "p", 9);
    expect(rows.vectors).not.toBe(small);
    expect(small.every((value) => value === 0)).toBe(true);
    const large = rows.vectors;
    for (let i = 0; i < 12; i += 1) rows.remove(`t${i}`);
    rows.trim();
    expect(rows.vectors.length).toBeLessThan(large.length);
    expect(large.every((value) => value === 0)).toBe(true);
    const last = rows.vectors;
    rows.wipe();
    expect(last.every((value) => value === 0)).toBe(true);
    expect(rows.count).toBe(0);
  });

  test("a template given to another person leaves the first one without it", () => {
    const rows = filled(2);
    put(rows, "t0", "p1", 1);
    expect(rows.templatesOf("p0")).toEqual([]);
    expect(rows.templatesOf("p1")).toEqual(["t1", "t0"]);
    expect(rows.persons).toBe(1);
  });

  test("writing the same vector again is not an overwriting", () => {
    const rows = filled(1);
    const entries = {
      templateIds: ["t0"],
      personIds: ["p0"],
      vectors: new Float32Array(3).fill(1),
    };
    expect(rows.put(entries, 0)).toEqual({ row: 0, overwritten: false });
    entries.vectors.fill(2);
    expect(rows.put(entries, 0)).toEqual({ row: 0, overwritten: true });
  });
});
