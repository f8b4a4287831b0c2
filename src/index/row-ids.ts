import { randomBytes } from "node:crypto";
import { keyWords } from "./kernel/pages.js";
import { createKeys, type Keys } from "./keys.js";
import { createRowRings, type RowRings } from "./row-rings.js";
import { createRowTable, type RowTable } from "./row-table.js";
import { rowsPerPage, type Slab } from "./slab.js";

/** The slab's page that a row is in. */
export type PageOf = (row: number) => number;

/**
 * Which template and person each row is, both ways. The ids themselves are the rows' keys in the
 * slab: what is here finds them.
 */
export interface RowIds {
  readonly persons: number;
  /** Memory beside the keys. An estimate where the engine hides it. */
  readonly bytes: number;
  templateAt(row: number): string;
  personAt(row: number): string;
  /** Orders two rows by their personId: 0 for the same person. */
  comparePersons(one: number, other: number): number;
  compareTemplates(one: number, other: number): number;
  rowOf(templateId: string): number | undefined;
  /** In the order in which they came. */
  templatesOf(personId: string): readonly string[];
  /** A new row. The template must not be there. */
  add(row: number, templateId: string, personId: string): void;
  /** Gives a row to a person, whoever it belonged to. */
  give(row: number, personId: string): void;
  /** Forgets a row; its keys stay for the slab to zero. */
  remove(row: number): void;
  /** A row is about to be copied over another, which was removed. */
  move(row: number, to: number): void;
  clear(): void;
  /** Before the first of many rows. Does nothing when there are any. */
  reserve(rows: number): void;
}

export function createRowIds(slab: Slab, pageOf: PageOf): RowIds {
  return new KeyedRows(slab, pageOf);
}

/** Which of a row's two keys. */
type KeyKind = 0 | 1;
const person: KeyKind = 0;
const template: KeyKind = 1;
/** Of every table of this process: nobody outside can choose ids that all hash alike. */
const hashSeed = randomBytes(4).readUInt32LE();

class KeyedRows implements RowIds {
  readonly #slab: Slab;
  readonly #pageOf: PageOf;
  readonly #keys: Keys = createKeys();
  /** The key that is looked for. */
  readonly #sought = new Uint32Array(keyWords);
  readonly #rowOfTemplate: RowTable = this.#tableOf(template);
  /** The newest row of each person. */
  readonly #rowOfPerson: RowTable = this.#tableOf(person);
  readonly #rings: RowRings = createRowRings();

  constructor(slab: Slab, pageOf: PageOf) {
    this.#slab = slab;
    this.#pageOf = pageOf;
  }

  get persons(): number {
    return this.#rowOfPerson.size;
  }

  get bytes(): number {
    const tables = this.#rowOfTemplate.bytes + this.#rowOfPerson.bytes;
    return tables + this.#keys.bytes + this.#rings.bytes;
  }

  templateAt(row: number): string {
    return this.#keys.textOf(this.#wordsOf(row), this.#keyPlace(template, row));
  }

  personAt(row: number): string {
    return this.#keys.textOf(this.#wordsOf(row), this.#keyPlace(person, row));
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

  add(row: number, templateId: string, personId: string): void {
    this.#hold(template, row, templateId);
    this.#rowOfTemplate.add(this.#hashOf(template, row), row);
    this.#attach(row, personId);
  }

  give(row: number, personId: string): void {
    if (this.#keys.find(personId, this.#sought) && this.#hasSought(person, row)) return;
    this.#detach(row);
    this.#attach(row, personId);
  }

  remove(row: number): void {
    this.#detach(row);
    this.#rowOfTemplate.remove(this.#hashOf(template, row), row);
    this.#keys.release(this.#wordsOf(row), this.#keyPlace(template, row));
  }

  move(row: number, to: number): void {
    this.#rowOfTemplate.replace(this.#hashOf(template, row), row, to);
    if (this.#newestOf(row) === row) {
      this.#rowOfPerson.replace(this.#hashOf(person, row), row, to);
    }
    this.#rings.move(row, to);
  }

  reserve(rows: number): void {
    this.#rowOfTemplate.reserve(rows);
    this.#rowOfPerson.reserve(rows);
  }

  clear(): void {
    this.#rowOfTemplate.clear();
    this.#rowOfPerson.clear();
    this.#rings.clear();
    this.#keys.clear();
    this.#sought.fill(0);
  }

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
    this.#keys.release(this.#wordsOf(row), this.#keyPlace(person, row));
  }

  /** The newest row of the person that this row is of; -1 when the table has none. */
  #newestOf(row: number): number {
    const place = this.#keyPlace(person, row);
    this.#sought.set(this.#wordsOf(row).subarray(place, place + keyWords));
    return this.#rowOfPerson.find(this.#hashOf(person, row));
  }

  #hold(kind: KeyKind, row: number, id: string): void {
    this.#keys.hold(id, this.#sought);
    this.#wordsOf(row).set(this.#sought, this.#keyPlace(kind, row));
  }

  #compare(kind: KeyKind, one: number, other: number): number {
    const [place, otherPlace] = [this.#keyPlace(kind, one), this.#keyPlace(kind, other)];
    return this.#keys.compare(this.#wordsOf(one), place, this.#wordsOf(other), otherPlace);
  }

  #find(table: RowTable, id: string): number {
    return this.#keys.find(id, this.#sought) ? table.find(hashOf(this.#sought, 0)) : -1;
  }

  /** The array that the row's keys are in. */
  #wordsOf(row: number): Uint32Array {
    return this.#slab.keysOf(this.#pageOf(row));
  }

  #keyPlace(kind: KeyKind, row: number): number {
    const place = kind * rowsPerPage + (row % rowsPerPage);
    return this.#slab.keyPlace(this.#pageOf(row)) + place * keyWords;
  }

  #hashOf(kind: KeyKind, row: number): number {
    return hashOf(this.#wordsOf(row), this.#keyPlace(kind, row));
  }

  #hasSought(kind: KeyKind, row: number): boolean {
    const [words, place, sought] = [this.#wordsOf(row), this.#keyPlace(kind, row), this.#sought];
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
