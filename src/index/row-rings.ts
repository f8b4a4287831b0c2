import { rowsPerPage } from "./kernel/pages.js";

/**
 * Which rows are of the same person, where there are several: a ring of them, in the order in
 * which they came. A row that is its person's only one takes no memory, unless another of its
 * page is in a ring.
 */
export interface RowRings {
  readonly bytes: number;
  /** The next row of the same person; the row itself when it is the only one. */
  after(row: number): number;
  before(row: number): number;
  /** Puts a lone row behind the last one of its person. */
  join(row: number, last: number): void;
  /** Takes a row out of its ring. */
  leave(row: number): void;
  /** A row is at another place now; what it was at is alone. */
  move(row: number, to: number): void;
  clear(): void;
}

/** Of each row of a page, the next and the one before, plus one; zero when it is alone. */
type Links = Uint32Array;

/** Bytes of a page's links: 128 words, two objects. */
const linksBytes = 2 * rowsPerPage * 4 + 200;

export function createRowRings(): RowRings {
  /** By page. */
  const pages = new Map<number, Links>();

  function read(row: number, side: number): number {
    const links = pages.get(Math.floor(row / rowsPerPage));
    const link = links?.[side * rowsPerPage + (row % rowsPerPage)] ?? 0;
    return link === 0 ? row : link - 1;
  }

  function write(row: number, next: number, before: number): void {
    const page = Math.floor(row / rowsPerPage);
    let links = pages.get(page);
    if (links === undefined) {
      if (next === row) return;
      links = new Uint32Array(2 * rowsPerPage);
      pages.set(page, links);
    }
    links[row % rowsPerPage] = next === row ? 0 : next + 1;
    links[rowsPerPage + (row % rowsPerPage)] = next === row ? 0 : before + 1;
    if (next === row && links.every((link) => link === 0)) pages.delete(page);
  }

  const after = (row: number) => read(row, 0);
  const before = (row: number) => read(row, 1);

  return {
    get bytes() {
      return pages.size * linksBytes;
    },
    after,
    before,
    join(row, last) {
      const first = after(last);
      write(row, first, last);
      if (first === last) {
        write(last, row, row);
        return;
      }
      write(last, row, before(last));
      write(first, after(first), row);
    },
    leave(row) {
      const [next, previous] = [after(row), before(row)];
      write(row, row, row);
      if (next === row) return;
      if (next === previous) {
        write(next, next, next);
        return;
      }
      write(previous, next, before(previous));
      write(next, after(next), previous);
    },
    move(row, to) {
      const [next, previous] = [after(row), before(row)];
      write(row, row, row);
      if (next === row) {
        write(to, to, to);
        return;
      }
      write(to, next, previous);
      if (next === previous) {
        write(next, to, to);
        return;
      }
      write(previous, to, before(previous));
      write(next, after(next), to);
    },
    clear: () => pages.clear(),
  };
}
