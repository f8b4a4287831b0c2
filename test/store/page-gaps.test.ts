import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gapOf, zeroGaps } from "../../src/store/page-gaps.js";
import { inDirectory } from "./in-directory.js";

/** A page of a kind with so many cells, whose content begins there. */
function aPage(kind: number, cells: number, content: number, at = 0): Buffer {
  const page = Buffer.alloc(4_096, 0xee);
  page[at] = kind;
  page.writeUInt16BE(cells, at + 3);
  page.writeUInt16BE(content, at + 5);
  return page;
}

test("the gap of a page lies between the cell pointers and the cells", () => {
  expect(gapOf(aPage(0x0d, 3, 4_000), 2)).toEqual({ start: 14, end: 4_000 });
  expect(gapOf(aPage(0x0a, 0, 4_096), 2)).toEqual({ start: 8, end: 4_096 });
  expect(gapOf(aPage(0x05, 2, 100), 2)).toEqual({ start: 16, end: 100 });
  expect(gapOf(aPage(0x02, 2, 100), 2)).toEqual({ start: 16, end: 100 });
  expect(gapOf(aPage(0x0d, 1, 4_000, 100), 1)).toEqual({ start: 110, end: 4_000 });
});

test("what is no b-tree page, or contradicts itself, has none", () => {
  for (const kind of [0x00, 0x01, 0x0b, 0xff]) expect(gapOf(aPage(kind, 3, 4_000), 2)).toBeNull();
  expect(gapOf(aPage(0x0d, 3, 14), 2)).toBeNull();
  expect(gapOf(aPage(0x0d, 3_000, 4_000), 2)).toBeNull();
  expect(gapOf(aPage(0x0d, 3, 5_000), 2)).toBeNull();
  expect(gapOf(aPage(0x0d, 3, 0), 2)).toBeNull();
  expect(gapOf(new Uint8Array(0), 1)).toBeNull();
});

test("whatever the bytes of a page, the gap lies within it and spares its header", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 512, maxLength: 512 }),
      fc.constantFrom(0x02, 0x05, 0x0a, 0x0d, 0x00),
      (page, kind) => {
        page[0] = kind;
        const gap = gapOf(page, 2);
        if (gap === null) return;
        expect(gap.start).toBeGreaterThanOrEqual(8);
        expect(gap.end).toBeGreaterThan(gap.start);
        expect(gap.end).toBeLessThanOrEqual(page.length);
      },
    ),
  );
});

/** Sizes that are always the same, so that the same pages are rebuilt each time. */
function* sizes(): Generator<number, never> {
  for (let seed = 1; ; seed = (seed * 16_807) % 2_147_483_647) yield seed;
}

test("secure_delete alone leaves copies of deleted rows behind; without the gaps there are none", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "any.db");
    const sqlite = new SqliteDatabase(path);
    sqlite.pragma("secure_delete = ON");
    sqlite.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB) WITHOUT ROWID");
    const random = sizes();
    const below = (limit: number) => random.next().value % limit;
    const text = (id: number) => Buffer.from(`<${String(id).padStart(10, "0")}>`);
    const live = new Set<number>();
    const gone: number[] = [];
    const insert = sqlite.prepare("INSERT INTO t VALUES (?, ?)");
    const remove = sqlite.prepare("DELETE FROM t WHERE id = ?");
    const round = sqlite.transaction((deletes: number) => {
      for (let at = 0; at < 60; at++) {
        const id = below(1_000_000_000);
        if (live.has(id)) continue;
        live.add(id);
        insert.run(id, Buffer.alloc(14 * (3 + below(50)), text(id)));
      }
      for (const id of [...live].filter(() => below(100) < deletes)) {
        remove.run(id);
        live.delete(id);
        gone.push(id);
      }
    });
    for (let at = 0; at < 60; at++) round(at % 5 === 4 ? 60 : 8);
    const left = () => {
      const bytes = readFileSync(path);
      return gone.filter((id) => bytes.includes(text(id))).length;
    };
    expect(left()).toBeGreaterThan(0);
    const pageSize = Number(sqlite.pragma("page_size", { simple: true }));
    const pages = Number(sqlite.pragma("page_count", { simple: true }));
    sqlite.close();
    const file = openSync(path, "r+");
    const all = Array.from({ length: pages }, (_, at) => at + 1);
    expect(zeroGaps(file, pageSize, [...all, 0, pages + 1, 2 ** 31])).toBeGreaterThan(0);
    expect(zeroGaps(file, pageSize, all)).toBe(0);
    closeSync(file);
    expect(left()).toBe(0);
    const again = new SqliteDatabase(path);
    expect(again.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(again.prepare("SELECT count(*) FROM t").pluck().get()).toBe(live.size);
    again.close();
  });
});
