import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LinearSlab } from "../../src/index/kernel/linear-slab.js";
import { createRows, type PackedEntries, type Rows } from "../../src/index/rows.js";
import { availableKernels, createSlab, rowsPerPage, type Slab } from "../../src/index/slab.js";

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

/** Everything that a slab holds: where a page's vectors lie lies, or begins, all the rest. */
function memoryOf(slab: Slab, page: number): readonly Uint8Array[] {
  const own = [slab.vectorsOf(page), slab.keysOf(page)].map((view) => view.buffer);
  if (slab instanceof LinearSlab) own.push(slab.int8.buffer);
  return [...new Set(own)].map((buffer) => new Uint8Array(buffer));
}

/** A copy of it, without what is kept of a whole page: the largest error of its rows. */
function snapshot(slab: Slab, page: number): readonly Buffer[] {
  return memoryOf(slab, page).map((bytes) => Buffer.from(bytes));
}

/** Bytes that differ between two snapshots. */
function differing(one: readonly Buffer[], other: readonly Buffer[]): number {
  const part = 65_536;
  let count = 0;
  one.forEach((bytes, i) => {
    for (let from = 0; from < bytes.length; from += part) {
      const [a, b] = [bytes, other[i] as Buffer].map((all) => all.subarray(from, from + part));
      if (a === undefined || b === undefined || a.equals(b)) continue;
      for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) count += 1;
    }
  });
  return count;
}

const isZero = (values: Uint8Array | Float32Array) => values.every((value) => value === 0);
const isEmpty = (slab: Slab, page: number) =>
  memoryOf(slab, page).every((bytes) =>
    Buffer.from(bytes.buffer).equals(Buffer.alloc(bytes.length)),
  );

const { names } = availableKernels();

describe.each(names)("rows scanned by the %s kernel", (kernel) => {
  test("a removed row is filled by the last, and nothing of it stays in either form", () => {
    const slab = createSlab(3, kernel);
    const rows = filled(4, slab);
    const before = snapshot(slab, 0);
    put(rows, "t4", "p4", 5);
    expect(differing(before, snapshot(slab, 0))).toBeGreaterThan(10);
    expect(rows.remove("t4")).toEqual({ freed: 4, last: 4 });
    // The page may remember the largest error of the rows it held: one float.
    expect(differing(before, snapshot(slab, 0))).toBeLessThanOrEqual(4);
    put(rows, "t4", "p4", 5);
    expect(rows.remove("t1")).toEqual({ freed: 1, last: 4 });
    expect(rows.templateAt(1)).toBe("t4");
    expect(rows.personAt(1)).toBe("p4");
    expect([...rows.vectorOf(1)]).toEqual([5, 5, 5]);
    expect(rows.rowOf("t4")).toBe(1);
    expect(rows.rowOf("t1")).toBeUndefined();
    expect(rows.remove("t1")).toBeNull();
    for (const id of ["t0", "t2", "t3", "t4"]) rows.remove(id);
    const nothing = before.map((bytes) => Buffer.alloc(bytes.length));
    expect(differing(snapshot(slab, 0), nothing)).toBeLessThanOrEqual(4);
  });

  test("rows are the same over the end of a page", () => {
    const rows = filled(3 * rowsPerPage + 1, createSlab(3, kernel));
    for (const row of [0, rowsPerPage - 1, rowsPerPage, 3 * rowsPerPage]) {
      expect([...rows.vectorOf(row)]).toEqual([row + 1, row + 1, row + 1]);
    }
    rows.remove("t2");
    expect(rows.templateAt(2)).toBe(`t${3 * rowsPerPage}`);
    expect([...rows.vectorOf(2)]).toEqual(new Array(3).fill(3 * rowsPerPage + 1));
  });

  test("pages that are given back are zeroed, and used again by another gallery", () => {
    const slab = createSlab(3, kernel);
    const rows = filled(4 * rowsPerPage, slab);
    const vectors = rows.vectorOf(4 * rowsPerPage - 1);
    const last = rows.pages[3];
    for (let i = rowsPerPage; i < 4 * rowsPerPage; i += 1) rows.remove(`t${i}`);
    rows.trim();
    expect(isZero(vectors)).toBe(true);
    const others = filled(2 * rowsPerPage, slab);
    expect([...others.pages]).toContain(last);
    expect([...rows.vectorOf(5)]).toEqual([6, 6, 6]);
    rows.wipe();
    others.wipe();
    expect(rows.count).toBe(0);
    expect(isEmpty(slab, 0)).toBe(true);
  });

  test("a gallery of few rows costs one page, and an empty one nothing", () => {
    const slab = createSlab(160, kernel);
    for (let i = 0; i < 1_000; i += 1) createRows(slab);
    expect(slab.heldBytes).toBe(0);
    for (let i = 0; i < 100; i += 1) filled(3, slab);
    expect(slab.heldBytes).toBe(100 * slab.pageBytes);
  });

  test("a person with one template costs 850 bytes, and is found again", () => {
    const slab = createSlab(160, kernel);
    const rows = createRows(slab);
    const count = 20_000;
    const ids = Array.from({ length: count }, () => [randomUUID(), randomUUID()] as const);
    rows.reserve(count);
    const vectors = new Float32Array(160).fill(1 / Math.sqrt(160));
    for (const [templateId, personId] of ids) {
      rows.put({ templateIds: [templateId], personIds: [personId], vectors }, 0);
    }
    // Rows of WebAssembly keep an error each, which those of a native page share.
    expect(rows.bytes / count).toBeLessThanOrEqual(kernel.startsWith("native") ? 850 : 853);
    expect(rows.persons).toBe(count);
    ids.forEach(([templateId, personId], row) => {
      if (row % 97 !== 0) return;
      expect(rows.rowOf(templateId)).toBe(row);
      expect([rows.templateAt(row), rows.personAt(row)]).toEqual([templateId, personId]);
      expect(rows.templatesOf(personId)).toEqual([templateId]);
    });
  });
});

describe("rows", () => {
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
