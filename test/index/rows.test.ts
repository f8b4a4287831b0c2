import { describe, expect, test } from "vitest";
import { createRows, type PackedEntries, type Rows } from "../../src/index/rows.js";
import { createSlab, rowsPerPage, type Slab } from "../../src/index/slab.js";

function put(rows: Rows, templateId: string, personId: string, value: number): void {
  const vectors = new Float32Array(rows.dimension).fill(value);
  const entries: PackedEntries = { templateIds: [templateId], personIds: [personId], vectors };
  rows.reserve(1);
  rows.put(entries, 0);
}

function filled(count: number, slab = createSlab(3)): Rows {
  const rows = createRows(slab);
  for (let i = 0; i < count; i += 1) put(rows, `t${i}`, `p${i % 7}`, i + 1);
  return rows;
}

/** The 8-bit form of a row, elements and tail. */
function bytesOf(rows: Rows, row: number): Int8Array {
  const { slab } = rows;
  const place = rows.pageOf(row) + (row % rowsPerPage) * slab.rowBytes;
  return slab.int8.subarray(place, place + slab.rowBytes);
}

const isZero = (values: Float32Array | Int8Array) => values.every((value) => value === 0);

/** Everything behind the place of the queries, where nothing but pages lies. */
function pageBytes(slab: Slab): Int8Array {
  return slab.int8.subarray(slab.queryPlace(15).limits + 32);
}

describe("rows", () => {
  test("a removed row is filled by the last, and nothing of it stays in either form", () => {
    const rows = filled(5);
    const expected = [...bytesOf(rows, 4)];
    expect(rows.remove("t1")).toEqual({ freed: 1, last: 4 });
    expect(rows.templateAt(1)).toBe("t4");
    expect([...rows.vectorOf(1)]).toEqual([5, 5, 5]);
    expect([...bytesOf(rows, 1)]).toEqual(expected);
    expect(isZero(rows.vectorOf(4))).toBe(true);
    expect(isZero(bytesOf(rows, 4))).toBe(true);
    expect(rows.rowOf("t4")).toBe(1);
    expect(rows.rowOf("t1")).toBeUndefined();
    expect(rows.remove("t1")).toBeNull();
  });

  test("rows are the same over the end of a page", () => {
    const rows = filled(3 * rowsPerPage + 1);
    for (const row of [0, rowsPerPage - 1, rowsPerPage, 3 * rowsPerPage]) {
      expect([...rows.vectorOf(row)]).toEqual([row + 1, row + 1, row + 1]);
    }
    rows.remove("t2");
    expect(rows.templateAt(2)).toBe(`t${3 * rowsPerPage}`);
    expect([...rows.vectorOf(2)]).toEqual(new Array(3).fill(3 * rowsPerPage + 1));
  });

  test("pages that are given back are zeroed, and used again by another gallery", () => {
    const slab = createSlab(3);
    const rows = filled(4 * rowsPerPage, slab);
    const vectors = rows.vectorOf(4 * rowsPerPage - 1);
    const last = rows.pageOf(4 * rowsPerPage - 1);
    for (let i = rowsPerPage; i < 4 * rowsPerPage; i += 1) rows.remove(`t${i}`);
    rows.trim();
    expect(isZero(vectors)).toBe(true);
    const others = filled(2 * rowsPerPage, slab);
    expect([others.pageOf(0), others.pageOf(rowsPerPage)]).toContain(last);
    expect([...rows.vectorOf(5)]).toEqual([6, 6, 6]);
    rows.wipe();
    others.wipe();
    expect(rows.count).toBe(0);
    expect(isZero(pageBytes(slab))).toBe(true);
  });

  test("a gallery of few rows costs one page, and an empty one nothing", () => {
    const slab = createSlab(160);
    const held = () => slab.kernel.memory.buffer.byteLength;
    const before = held();
    for (let i = 0; i < 1_000; i += 1) createRows(slab);
    expect(held()).toBe(before);
    for (let i = 0; i < 100; i += 1) filled(3, slab);
    const pages = 100 * rowsPerPage * slab.rowBytes;
    expect(held()).toBeLessThan((before + pages) * 1.25);
  });

  test("when there is no memory nothing is changed", () => {
    const slab = createSlab(3);
    const rows = filled(3, slab);
    let left = 2;
    const takePage = slab.takePage.bind(slab);
    slab.takePage = () => {
      if (left === 0) throw new RangeError("no memory");
      left -= 1;
      return takePage();
    };
    expect(() => rows.reserve(10 * rowsPerPage)).toThrow(RangeError);
    expect(rows.count).toBe(3);
    left = 100;
    rows.reserve(10 * rowsPerPage);
    put(rows, "t9", "p9", 9);
    expect([...rows.vectorOf(3)]).toEqual([9, 9, 9]);
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
