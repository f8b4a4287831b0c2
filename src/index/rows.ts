import { exactScore } from "./exact-score.js";
import { createRowIds, type PageOf, type RowIds } from "./row-ids.js";
import { rowsMax } from "./row-table.js";
import { rowsPerPage, type Slab } from "./slab.js";

/** Empty pages that are kept, so that a gallery that breathes does not take and give at each step. */
const sparePages = 1;

/** What a removal did to the rows: `freed` now holds what was in `last`, which is gone. */
export interface RowMove {
  readonly freed: number;
  /** Equal to `freed` when the freed row was the last. */
  readonly last: number;
}

/** What writing one entry did. */
export interface RowWrite {
  readonly row: number;
  /** True when the row held another vector before. */
  readonly overwritten: boolean;
}

/** Vectors packed one after another, with whose they are. Checked before it came here. */
export interface PackedEntries {
  readonly templateIds: readonly string[];
  readonly personIds: readonly string[];
  /** `templateIds.length` rows of `dimension` floats. */
  readonly vectors: Float32Array;
}

/**
 * The templates of one gallery as dense rows (0 to `count` - 1), and which template and person each
 * row is. A row is kept twice, in pages of the slab: 8-bit, where it is scanned, and float32,
 * where it is scored. A removed row is filled by the last one, and what is vacated is zeroed, so
 * that nothing of a removed template stays in either. No step depends on how many rows there are.
 *
 * Memory is what a gallery of a million costs, so ids are 16 bytes each beside their row, and are
 * found by tables of rows that keep no ids (keys.ts, row-table.ts).
 */
export interface Rows {
  readonly slab: Slab;
  readonly dimension: number;
  /** Templates. */
  readonly count: number;
  readonly persons: number;
  /** Memory held: both forms of the rows, ids and tables. An estimate where the engine hides it. */
  readonly bytes: number;
  /** Pages of the slab, in the order of the rows: row `r` is in `pages[r / rowsPerPage]`. */
  readonly pages: Uint32Array;
  /** The float32 vector of this row: a view. */
  vectorOf(row: number): Float32Array;
  /** The cosine of this row and the query that begins at `offset`. */
  score(row: number, queries: Float32Array, offset: number): number;
  templateAt(row: number): string;
  personAt(row: number): string;
  /** Orders two rows by their personId: 0 for the same person. */
  comparePersons(one: number, other: number): number;
  /** Orders two rows by their templateId. */
  compareTemplates(one: number, other: number): number;
  rowOf(templateId: string): number | undefined;
  /** In the order in which they came. */
  templatesOf(personId: string): readonly string[];
  /** Room for this many more rows. @throws RangeError when the memory cannot be had */
  reserve(more: number): void;
  /** Copies one entry in. A templateId that is there is replaced, whoever it belonged to. */
  put(entries: PackedEntries, index: number): RowWrite;
  /** Removes one template; null when it is not there. */
  remove(templateId: string): RowMove | null;
  /** Gives memory back after removals. */
  trim(): void;
  /** Zeroes and forgets everything. */
  wipe(): void;
}

/** An empty set of rows in this slab. */
export function createRows(slab: Slab): Rows {
  return new PagedRows(slab);
}

class PagedRows implements Rows {
  readonly slab: Slab;
  readonly dimension: number;
  /** The first `#pageCount` are in use. */
  #pages = new Uint32Array(1);
  #pageCount = 0;
  #count = 0;
  readonly #ids: RowIds;

  constructor(slab: Slab) {
    this.slab = slab;
    this.dimension = slab.dimension;
    const pageOf: PageOf = (row) => this.#pageOf(row);
    this.#ids = createRowIds(slab, pageOf);
  }

  get count(): number {
    return this.#count;
  }

  get persons(): number {
    return this.#ids.persons;
  }

  get pages(): Uint32Array {
    return this.#pages;
  }

  get bytes(): number {
    return this.#pageCount * this.slab.pageBytes + this.#pages.byteLength + this.#ids.bytes;
  }

  vectorOf(row: number): Float32Array {
    const offset = this.#vectorPlace(row);
    return this.slab.vectorsOf(this.#pageOf(row)).subarray(offset, offset + this.dimension);
  }

  score(row: number, queries: Float32Array, offset: number): number {
    const vectors = this.slab.vectorsOf(this.#pageOf(row));
    return exactScore(queries, offset, vectors, this.#vectorPlace(row), this.dimension);
  }

  templateAt(row: number): string {
    return this.#ids.templateAt(row);
  }

  personAt(row: number): string {
    return this.#ids.personAt(row);
  }

  comparePersons(one: number, other: number): number {
    return this.#ids.comparePersons(one, other);
  }

  compareTemplates(one: number, other: number): number {
    return this.#ids.compareTemplates(one, other);
  }

  rowOf(templateId: string): number | undefined {
    return this.#ids.rowOf(templateId);
  }

  templatesOf(personId: string): readonly string[] {
    return this.#ids.templatesOf(personId);
  }

  reserve(more: number): void {
    if (this.#count + more > rowsMax) throw new RangeError(`${rowsMax} templates are the most`);
    const needed = Math.ceil((this.#count + more) / rowsPerPage);
    try {
      if (needed > this.#pages.length) this.#makeRoom(needed);
      while (this.#pageCount < needed) {
        this.#pages[this.#pageCount] = this.slab.takePage();
        this.#pageCount += 1;
      }
    } catch (thrown) {
      this.trim();
      throw thrown;
    }
    if (this.#count === 0) this.#ids.reserve(more);
  }

  put(entries: PackedEntries, index: number): RowWrite {
    const { dimension } = this;
    const templateId = entries.templateIds[index] as string;
    const personId = entries.personIds[index] as string;
    const vector = entries.vectors.subarray(index * dimension, (index + 1) * dimension);
    const existing = this.rowOf(templateId);
    if (existing === undefined) {
      const row = this.#count;
      this.#write(row, vector);
      this.#ids.add(row, templateId, personId);
      this.#count += 1;
      return { row, overwritten: false };
    }
    const overwritten = !this.#holds(existing, vector);
    this.#write(existing, vector);
    this.#ids.give(existing, personId);
    return { row: existing, overwritten };
  }

  remove(templateId: string): RowMove | null {
    const freed = this.rowOf(templateId);
    if (freed === undefined) return null;
    const last = this.#count - 1;
    this.#ids.remove(freed);
    const [from, at] = [this.#pageOf(last), last % rowsPerPage];
    if (freed !== last) {
      this.#ids.move(last, freed);
      this.slab.copy(from, at, this.#pageOf(freed), freed % rowsPerPage);
    }
    this.slab.zero(from, at);
    this.#count -= 1;
    return { freed, last };
  }

  trim(): void {
    const keep = Math.ceil(this.#count / rowsPerPage) + sparePages;
    while (this.#pageCount > keep) this.#dropPage();
    if (this.#pages.length > 4 * keep) this.#pages = this.#pages.slice(0, 2 * keep);
  }

  wipe(): void {
    while (this.#pageCount > 0) this.#dropPage();
    this.#pages = new Uint32Array(1);
    this.#count = 0;
    this.#ids.clear();
  }

  #makeRoom(pages: number): void {
    const grown = new Uint32Array(Math.max(pages, Math.ceil(this.#pages.length * 1.25)));
    grown.set(this.#pages.subarray(0, this.#pageCount));
    this.#pages = grown;
  }

  #dropPage(): void {
    this.#pageCount -= 1;
    this.slab.givePage(this.#pages[this.#pageCount] as number);
  }

  #pageOf(row: number): number {
    return this.#pages[Math.floor(row / rowsPerPage)] as number;
  }

  #vectorPlace(row: number): number {
    return this.slab.vectorPlace(this.#pageOf(row)) + (row % rowsPerPage) * this.dimension;
  }

  #write(row: number, vector: Float32Array): void {
    const page = this.#pageOf(row);
    this.slab.vectorsOf(page).set(vector, this.#vectorPlace(row));
    this.slab.quantise(page, row % rowsPerPage);
  }

  #holds(row: number, vector: Float32Array): boolean {
    const held = this.vectorOf(row);
    return vector.every((value, i) => held[i] === value);
  }
}
