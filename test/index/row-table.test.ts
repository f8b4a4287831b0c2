import { describe, expect, test } from "vitest";
import { createRowTable } from "../../src/index/row-table.js";

/** A table whose row r has the key `keys[r]`, and what looks keys up in it. */
function tableOf(hash: (key: number) => number) {
  const keys: number[] = [];
  let sought = -1;
  const table = createRowTable({
    hashOf: (row) => hash(keys[row] as number),
    matches: (row) => keys[row] === sought,
  });
  return {
    table,
    add(key: number): void {
      keys.push(key);
      table.add(hash(key), keys.length - 1);
    },
    find(key: number): number {
      sought = key;
      return table.find(hash(key));
    },
  };
}

const mixed = (key: number) => Math.imul(key ^ (key >>> 15), 0x2c1b_3c6d) ^ (key << 7);

describe("row table", () => {
  test("finds every row while it grows and shrinks, and nothing that is gone", () => {
    const { table, add, find } = tableOf(mixed);
    const count = 40_000;
    for (let key = 0; key < count; key += 1) add(key);
    expect(table.size).toBe(count);
    for (let key = 0; key < count; key += 1) if (find(key) !== key) expect(find(key)).toBe(key);
    expect(find(count)).toBe(-1);
    for (let key = 0; key < count; key += 2) table.remove(mixed(key), key);
    for (let key = 0; key < count; key += 1) {
      const wanted = key % 2 === 0 ? -1 : key;
      if (find(key) !== wanted) expect(find(key)).toBe(wanted);
    }
    expect(table.size).toBe(count / 2);
    table.clear();
    expect([table.size, find(1)]).toEqual([0, -1]);
  });

  test("is nearly full whatever its size", () => {
    const { table, add } = tableOf(mixed);
    for (let key = 0; key < 100_000; key += 1) {
      add(key);
      if (key > 2_000 && key % 777 === 0) expect(table.bytes / table.size).toBeLessThan(5.5);
    }
    expect(table.bytes / table.size).toBeLessThan(5);
  });

  test("one that was made large enough beforehand is as full, and does not grow", () => {
    const { table, add, find } = tableOf(mixed);
    const count = 60_000;
    table.reserve(count);
    const { bytes } = table;
    for (let key = 0; key < count; key += 1) add(key);
    expect(table.bytes).toBe(bytes);
    expect(bytes / count).toBeLessThan(5.5);
    for (let key = 0; key < count; key += 1) if (find(key) !== key) expect(find(key)).toBe(key);
    expect(find(count)).toBe(-1);
    table.reserve(10 * count);
    expect(table.bytes).toBe(bytes);
    for (let key = count; key < 2 * count; key += 1) add(key);
    expect([table.size, find(2 * count - 1)]).toEqual([2 * count, 2 * count - 1]);
  });

  test("keys that all hash alike are found, if slowly", () => {
    const { table, add, find } = tableOf(() => 7);
    for (let key = 0; key < 300; key += 1) add(key);
    expect(find(299)).toBe(299);
    for (let key = 0; key < 299; key += 1) table.remove(7, key);
    expect(find(299)).toBe(299);
    expect(find(5)).toBe(-1);
  });

  test("a row that is another now is found under its new number", () => {
    const { table, add, find } = tableOf(mixed);
    for (let key = 0; key < 9; key += 1) add(key);
    table.remove(mixed(8), 8);
    table.replace(mixed(3), 3, 8);
    expect(() => table.remove(mixed(3), 3)).toThrow("missing");
    expect(find(4)).toBe(4);
  });
});
