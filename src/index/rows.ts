import { exactScore } from "./exact-score.js";
import { quantiseRow } from "./quantise.js";
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
 * row is. A row is kept twice, in pages: 8-bit in the slab, where it is scanned, and float32, where
 * it is scored. A removed row is filled by the last one, and what is vacated is zeroed, so that
 * nothing of a removed template stays in either. No step depends on how many rows there are.
 */
export interface Rows {
  readonly slab: Slab;
  readonly dimension: number;
  /** Templates. */
  readonly count: number;
  readonly persons: number;
  /** Memory held: both forms of the rows, and the ids. An estimate where the engine hides it. */
  readonly bytes: number;
  /** The 8-bit page of this row, which is its row `row % rowsPerPage`. */
  pageOf(row: number): number;
  /** The float32 vector of this row: a view. */
  vectorOf(row: number): Float32Array;
  /** The cosine of this row and the query that begins at `offset`. */
  score(row: number, queries: Float32Array, offset: number): number;
  templateAt(row: number): string;
  personAt(row: number): string;
  rowOf(templateId: string): number | undefined;
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
  /** Offsets of 8-bit pages in the slab. */
  #pages: number[] = [];
  /** Pages of float32 vectors. */
  #vectors: Float32Array[] = [];
  #templates: string[] = [];
  #persons: string[] = [];
  readonly #rowOfTemplate = new Map<string, number>();
  readonly #templatesOfPerson = new Map<string, string[]>();

  constructor(slab: Slab) {
    this.slab = slab;
    this.dimension = slab.dimension;
  }

  get count(): number {
    return this.#templates.length;
  }

  get persons(): number {
    return this.#templatesOfPerson.size;
  }

  get bytes(): number {
    const vectors = this.#vectors.length * rowsPerPage * this.dimension * 4;
    return this.#pages.length * rowsPerPage * this.slab.rowBytes + vectors;
  }

  pageOf(row: number): number {
    return this.#pages[Math.floor(row / rowsPerPage)] as number;
  }

  vectorOf(row: number): Float32Array {
    const offset = (row % rowsPerPage) * this.dimension;
    return this.#vectorPage(row).subarray(offset, offset + this.dimension);
  }

  score(row: number, queries: Float32Array, offset: number): number {
    const { dimension } = this;
    const rowOffset = (row % rowsPerPage) * dimension;
    return exactScore(queries, offset, this.#vectorPage(row), rowOffset, dimension);
  }

  templateAt(row: number): string {
    return this.#templates[row] as string;
  }

  personAt(row: number): string {
    return this.#persons[row] as string;
  }

  rowOf(templateId: string): number | undefined {
    return this.#rowOfTemplate.get(templateId);
  }

  templatesOf(personId: string): readonly string[] {
    return this.#templatesOfPerson.get(personId) ?? [];
  }

  reserve(more: number): void {
    const needed = Math.ceil((this.count + more) / rowsPerPage);
    try {
      while (this.#pages.length < needed) {
        const vectors = new Float32Array(rowsPerPage * this.dimension);
        this.#pages.push(this.slab.takePage());
        this.#vectors.push(vectors);
      }
    } catch (thrown) {
      this.trim();
      throw thrown;
    }
  }

  put(entries: PackedEntries, index: number): RowWrite {
    const { dimension } = this;
    const templateId = entries.templateIds[index] as string;
    const personId = entries.personIds[index] as string;
    const vector = entries.vectors.subarray(index * dimension, (index + 1) * dimension);
    const existing = this.#rowOfTemplate.get(templateId);
    const row = existing ?? this.count;
    const overwritten = existing !== undefined && !this.#holds(existing, vector);
    this.#write(row, vector);
    if (existing === undefined) {
      this.#templates.push(templateId);
      this.#persons.push(personId);
      this.#rowOfTemplate.set(templateId, row);
      this.#attach(personId, templateId);
    } else if (this.#persons[row] !== personId) {
      this.#detach(this.personAt(row), templateId);
      this.#persons[row] = personId;
      this.#attach(personId, templateId);
    }
    return { row, overwritten };
  }

  remove(templateId: string): RowMove | null {
    const freed = this.#rowOfTemplate.get(templateId);
    if (freed === undefined) return null;
    const last = this.count - 1;
    this.#detach(this.personAt(freed), templateId);
    this.#rowOfTemplate.delete(templateId);
    if (freed !== last) {
      const moved = this.templateAt(last);
      this.#copy(last, freed);
      this.#templates[freed] = moved;
      this.#persons[freed] = this.personAt(last);
      this.#rowOfTemplate.set(moved, freed);
    }
    this.#zero(last);
    this.#templates.pop();
    this.#persons.pop();
    return { freed, last };
  }

  trim(): void {
    const keep = Math.ceil(this.count / rowsPerPage) + sparePages;
    while (this.#pages.length > keep) this.#dropPage();
  }

  wipe(): void {
    while (this.#pages.length > 0) this.#dropPage();
    this.#templates = [];
    this.#persons = [];
    this.#rowOfTemplate.clear();
    this.#templatesOfPerson.clear();
  }

  #dropPage(): void {
    this.#vectors.pop()?.fill(0);
    const page = this.#pages.pop();
    if (page !== undefined) this.slab.givePage(page);
  }

  #vectorPage(row: number): Float32Array {
    return this.#vectors[Math.floor(row / rowsPerPage)] as Float32Array;
  }

  /** Where the row's 8-bit form begins in the slab. */
  #placeOf(row: number): number {
    return this.pageOf(row) + (row % rowsPerPage) * this.slab.rowBytes;
  }

  #write(row: number, vector: Float32Array): void {
    this.vectorOf(row).set(vector);
    const { int8, float32, stride } = this.slab;
    const place = this.#placeOf(row);
    const tail = (place + stride) / 4;
    quantiseRow(vector, int8.subarray(place, place + stride), float32.subarray(tail, tail + 2));
  }

  #copy(from: number, to: number): void {
    this.vectorOf(to).set(this.vectorOf(from));
    const { int8, rowBytes } = this.slab;
    const place = this.#placeOf(from);
    int8.copyWithin(this.#placeOf(to), place, place + rowBytes);
  }

  #zero(row: number): void {
    this.vectorOf(row).fill(0);
    const { int8, rowBytes } = this.slab;
    const place = this.#placeOf(row);
    int8.fill(0, place, place + rowBytes);
  }

  #holds(row: number, vector: Float32Array): boolean {
    const held = this.vectorOf(row);
    return vector.every((value, i) => held[i] === value);
  }

  #attach(personId: string, templateId: string): void {
    const held = this.#templatesOfPerson.get(personId);
    if (held === undefined) this.#templatesOfPerson.set(personId, [templateId]);
    else held.push(templateId);
  }

  #detach(personId: string, templateId: string): void {
    const left = this.templatesOf(personId).filter((held) => held !== templateId);
    if (left.length === 0) this.#templatesOfPerson.delete(personId);
    else this.#templatesOfPerson.set(personId, left);
  }
}
