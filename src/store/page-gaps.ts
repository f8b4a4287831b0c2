import { readSync, writeSync } from "node:fs";

/**
 * SQLite's `secure_delete` overwrites what is deleted, but not the copies that it makes: when it
 * balances a b-tree it may build a page anew and leave what stood there before in the page's
 * unallocated space, between the cell pointers and the cells. A row may stand there for long after
 * its deletion elsewhere. So that space is overwritten here, in the file itself.
 *
 * Layout of a page: https://www.sqlite.org/fileformat2.html#b_tree_pages
 */

/** Kinds of b-tree pages (their first byte) and the size of their headers. */
const headerSizes: ReadonlyMap<number, number> = new Map([
  [0x02, 12],
  [0x05, 12],
  [0x0a, 8],
  [0x0d, 8],
]);
/** The database's own header, before that of the first page. */
const fileHeaderSizeBytes = 100;
/**
 * Pages that a database may have: an overflow page begins with the number of the next one, and
 * below this it cannot be taken for a b-tree page. 128 GiB of pages of 4 KiB.
 */
const pagesMax = 0x0200_0000;

/** Where a b-tree page holds nothing; null for other pages, and when there is no such space. */
export function gapOf(
  page: Uint8Array,
  pageNumber: number,
): { readonly start: number; readonly end: number } | null {
  const at = pageNumber === 1 ? fileHeaderSizeBytes : 0;
  const headerSize = headerSizes.get(page[at] ?? 0);
  if (headerSize === undefined) return null;
  const start = at + headerSize + 2 * uint16(page, at + 3);
  // Zero stands for 65,536.
  const end = uint16(page, at + 5) || 65_536;
  return start < end && end <= page.length ? { start, end } : null;
}

/** The space of a page that holds nothing, where it is not all zeros; null when there is none. */
export function dirtyGapOf(page: Buffer, pageNumber: number): ReturnType<typeof gapOf> {
  const gap = gapOf(page, pageNumber);
  return gap === null || isZero(page, gap.start, gap.end) ? null : gap;
}

/**
 * Overwrites the unallocated space of these pages with zeros where it is not zero already. The
 * caller sees to it that nobody writes the file meanwhile, and that no log is to be applied.
 *
 * @param file descriptor of a database file, open for reading and writing
 * @returns how many pages were changed
 */
export function zeroGaps(file: number, pageSize: number, pageNumbers: Iterable<number>): number {
  const page = Buffer.alloc(pageSize);
  let changed = 0;
  for (const pageNumber of pageNumbers) {
    if (pageNumber < 1 || pageNumber >= pagesMax) continue;
    const position = (pageNumber - 1) * pageSize;
    if (readSync(file, page, 0, pageSize, position) < pageSize) continue;
    const gap = dirtyGapOf(page, pageNumber);
    if (gap === null) continue;
    page.fill(0, gap.start, gap.end);
    writeSync(file, page, gap.start, gap.end - gap.start, position + gap.start);
    changed += 1;
  }
  return changed;
}

const zeros = Buffer.alloc(65_536);

function isZero(page: Buffer, start: number, end: number): boolean {
  return page.compare(zeros, 0, end - start, start, end) === 0;
}

function uint16(page: Uint8Array, at: number): number {
  return ((page[at] ?? 0) << 8) | (page[at + 1] ?? 0);
}
