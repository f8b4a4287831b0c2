import { randomBytes } from "node:crypto";
import { exactScore } from "./exact-score.js";
import { keyWords } from "./kernel/pages.js";
import { createKeys, type Keys } from "./keys.js";
import { createRowRings, type RowRings } from "./row-rings.js";
import { createRowTable, type RowTable, rowsMax } from "./row-table.js";
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

/** Which of a row's two keys. */
type KeyKind = 0 | 1;
const person: KeyKind = 0;
const template: KeyKind = 1;
/** Of every table of this process: nobody outside can choose ids that all hash alike. */
const hashSeed = randomBytes(4).readUInt32LE();

class PagedRows implements Rows {
  readonly slab: Slab;
  readonly dimension: number;
  /** The first `#pageCount` are in use. */
  #pages = new Uint32Array(1);
  #pageCount = 0;
  #count = 0;
  readonly #keys: Keys = createKeys();
  /** The key that is looked for. */
  readonly #sought = new Uint32Array(keyWords);
  readonly #rowOfTemplate: RowTable = this.#tableOf(template);
  /** The newest row of each person. */
  readonly #rowOfPerson: RowTable = this.#tableOf(person);
  readonly #rings: RowRings = createRowRings();

  constructor(slab: Slab) {
    this.slab = slab;
    this.dimension = slab.dimension;
  }

  get count(): number {
    return this.#count;
  }

  get persons(): number {
    return this.#rowOfPerson.size;
  }

  get pages(): Uint32Array {
    return this.#pages;
  }

  get bytes(): number {
    const tables = this.#rowOfTemplate.bytes + this.#rowOfPerson.bytes;
    const ids = this.#keys.bytes + this.#rings.bytes;
    return this.#pageCount * this.slab.pageBytes + this.#pages.byteLength + tables + ids;
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
    return this.#textOf(template, row);
  }

  personAt(row: number): string {
    return this.#textOf(person, row);
  }

  comparePersons(one: number, other: number): number {
    return this.#compare(person, one, other);
  }

  compareTemplates(one: number, other: number): number {
    return this.#compare(template, one, other);
  }

  rowOf(templateId: string): number | undefined {
    const row = this.#find(this.#rowOfTemplate, templateId);
    return row < 0 ? undefined : row;
  }

  templatesOf(personId: string): readonly string[] {
    const last = this.#find(this.#rowOfPerson, personId);
    if (last < 0) return [];
    const templateIds: string[] = [];
    for (let row = last; templateIds.length === 0 || row !== last; ) {
      row = this.#rings.after(row);
      templateIds.push(this.templateAt(row));
    }
    return templateIds;
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
  }

  put(entries: PackedEntries, index: number): RowWrite {
    const { dimension } = this;
    const templateId = entries.templateIds[index] as string;
    const personId = entries.personIds[index] as string;
    const vector = entries.vectors.subarray(index * dimension, (index + 1) * dimension);
    const existing = this.rowOf(templateId);
    if (existing === undefined)
      return { row: this.#append(templateId, personId, vector), overwritten: false };
    const overwritten = !this.#holds(existing, vector);
    this.#write(existing, vector);
    if (!this.#isOf(existing, personId)) {
      this.#detach(existing);
      this.#attach(existing, personId);
    }
    return { row: existing, overwritten };
  }

  remove(templateId: string): RowMove | null {
    const freed = this.rowOf(templateId);
    if (freed === undefined) return null;
    const last = this.#count - 1;
    this.#detach(freed);
    this.#rowOfTemplate.remove(this.#hashOf(template, freed), freed);
    this.#keys.release(this.#keysOf(freed), this.#keyPlace(template, freed));
    if (freed !== last) this.#move(last, freed);
    this.slab.zero(this.#pageOf(last), last % rowsPerPage);
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
    this.#rowOfTemplate.clear();
    this.#rowOfPerson.clear();
    this.#rings.clear();
    this.#keys.clear();
  }

  #append(templateId: string, personId: string, vector: Float32Array): number {
    const row = this.#count;
    this.#write(row, vector);
    this.#hold(template, row, templateId);
    this.#rowOfTemplate.add(this.#hashOf(template, row), row);
    this.#count += 1;
    this.#attach(row, personId);
    return row;
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

  #keysOf(row: number): Uint32Array {
    return this.slab.keysOf(this.#pageOf(row));
  }

  #keyPlace(kind: KeyKind, row: number): number {
    const place = kind * rowsPerPage + (row % rowsPerPage);
    return this.slab.keyPlace(this.#pageOf(row)) + place * keyWords;
  }

  #write(row: number, vector: Float32Array): void {
    const page = this.#pageOf(row);
    this.slab.vectorsOf(page).set(vector, this.#vectorPlace(row));
    this.slab.quantise(page, row % rowsPerPage);
  }

  /** Fills a freed row with the last one. */
  #move(last: number, freed: number): void {
    this.#rowOfTemplate.replace(this.#hashOf(template, last), last, freed);
    const hash = this.#hashOf(person, last);
    if (this.#newestOf(last) === last) this.#rowOfPerson.replace(hash, last, freed);
    this.#rings.move(last, freed);
    const [from, to] = [this.#pageOf(last), this.#pageOf(freed)];
    this.slab.copy(from, last % rowsPerPage, to, freed % rowsPerPage);
  }

  #holds(row: number, vector: Float32Array): boolean {
    const held = this.vectorOf(row);
    return vector.every((value, i) => held[i] === value);
  }

  #isOf(row: number, personId: string): boolean {
    return this.#keys.find(personId, this.#sought) && this.#hasSought(person, row);
  }

  /** Gives a row, which is nobody's, to a person. */
  #attach(row: number, personId: string): void {
    this.#hold(person, row, personId);
    const hash = this.#hashOf(person, row);
    const newest = this.#newestOf(row);
    if (newest < 0) {
      this.#rowOfPerson.add(hash, row);
    } else {
      this.#rings.join(row, newest);
      this.#rowOfPerson.replace(hash, newest, row);
    }
  }

  #detach(row: number): void {
    const hash = this.#hashOf(person, row);
    const before = this.#rings.before(row);
    if (before === row) this.#rowOfPerson.remove(hash, row);
    else if (this.#newestOf(row) === row) this.#rowOfPerson.replace(hash, row, before);
    this.#rings.leave(row);
    this.#keys.release(this.#keysOf(row), this.#keyPlace(person, row));
  }

  /** The newest row of the person that this row is of; -1 when the table has none. */
  #newestOf(row: number): number {
    const place = this.#keyPlace(person, row);
    this.#sought.set(this.#keysOf(row).subarray(place, place + keyWords));
    return this.#rowOfPerson.find(this.#hashOf(person, row));
  }

  #hold(kind: KeyKind, row: number, id: string): void {
    this.#keys.hold(id, this.#sought);
    this.#keysOf(row).set(this.#sought, this.#keyPlace(kind, row));
  }

  #textOf(kind: KeyKind, row: number): string {
    return this.#keys.textOf(this.#keysOf(row), this.#keyPlace(kind, row));
  }

  #compare(kind: KeyKind, one: number, other: number): number {
    const place = this.#keyPlace(kind, one);
    const otherPlace = this.#keyPlace(kind, other);
    return this.#keys.compare(this.#keysOf(one), place, this.#keysOf(other), otherPlace);
  }

  #find(table: RowTable, id: string): number {
    if (!this.#keys.find(id, this.#sought)) return -1;
    return table.find(hashOf(this.#sought, 0));
  }

  #hashOf(kind: KeyKind, row: number): number {
    return hashOf(this.#keysOf(row), this.#keyPlace(kind, row));
  }

  #hasSought(kind: KeyKind, row: number): boolean {
    const [words, place, sought] = [this.#keysOf(row), this.#keyPlace(kind, row), this.#sought];
    for (let i = 0; i < keyWords; i += 1) if (words[place + i] !== sought[i]) return false;
    return true;
  }

  #tableOf(kind: KeyKind): RowTable {
    return createRowTable({
      hashOf: (row) => this.#hashOf(kind, row),
      matches: (row) => this.#hasSought(kind, row),
    });
  }
}

/** 32 bits of a key: the mixing of MurmurHash3 (Appleby, public domain), with a secret seed. */
function hashOf(words: Uint32Array, at: number): number {
  let hash = hashSeed;
  for (let i = 0; i < keyWords; i += 1) {
    let word = Math.imul(words[at + i] as number, 0xcc9e_2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b87_3593);
    hash ^= word;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe654_6b64;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
