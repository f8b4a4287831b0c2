/** Rows that a new slab holds; it doubles from there. */
const initialCapacity = 16;

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
 * The templates of one gallery: float32 vectors in one slab of dense rows (0 to `count` - 1),
 * and which template and person each row is. A removed row is filled by the last one, and what
 * is vacated is zeroed, so that nothing of a removed template stays in the slab.
 */
export interface Rows {
  readonly dimension: number;
  /** Templates. */
  readonly count: number;
  readonly persons: number;
  /** The slab. Replaced when it grows or shrinks: do not keep it. */
  readonly vectors: Float32Array;
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

/** An empty set of rows for vectors of this length. */
export function createRows(dimension: number): Rows {
  return new DenseRows(dimension);
}

class DenseRows implements Rows {
  readonly dimension: number;
  #vectors = new Float32Array(0);
  #templates: string[] = [];
  #persons: string[] = [];
  readonly #rowOfTemplate = new Map<string, number>();
  readonly #templatesOfPerson = new Map<string, string[]>();

  constructor(dimension: number) {
    this.dimension = dimension;
  }

  get count(): number {
    return this.#templates.length;
  }

  get persons(): number {
    return this.#templatesOfPerson.size;
  }

  get vectors(): Float32Array {
    return this.#vectors;
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
    const needed = this.count + more;
    const held = this.#vectors.length / this.dimension;
    let capacity = Math.max(initialCapacity, held);
    while (capacity < needed) capacity *= 2;
    if (capacity !== held) this.#resize(capacity);
  }

  put(entries: PackedEntries, index: number): RowWrite {
    const { dimension } = this;
    const templateId = entries.templateIds[index] as string;
    const personId = entries.personIds[index] as string;
    const vector = entries.vectors.subarray(index * dimension, (index + 1) * dimension);
    const existing = this.#rowOfTemplate.get(templateId);
    const row = existing ?? this.count;
    const overwritten = existing !== undefined && !this.#holds(existing, vector);
    this.#vectors.set(vector, row * dimension);
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
    const { dimension } = this;
    const last = this.count - 1;
    this.#detach(this.personAt(freed), templateId);
    this.#rowOfTemplate.delete(templateId);
    if (freed !== last) {
      const moved = this.templateAt(last);
      this.#vectors.copyWithin(freed * dimension, last * dimension, (last + 1) * dimension);
      this.#templates[freed] = moved;
      this.#persons[freed] = this.personAt(last);
      this.#rowOfTemplate.set(moved, freed);
    }
    this.#vectors.fill(0, last * dimension, (last + 1) * dimension);
    this.#templates.pop();
    this.#persons.pop();
    return { freed, last };
  }

  trim(): void {
    const capacity = this.#vectors.length / this.dimension;
    if (capacity <= initialCapacity || this.count >= capacity / 4) return;
    this.#resize(Math.max(initialCapacity, Math.ceil(capacity / 2)));
  }

  wipe(): void {
    this.#vectors.fill(0);
    this.#vectors = new Float32Array(0);
    this.#templates = [];
    this.#persons = [];
    this.#rowOfTemplate.clear();
    this.#templatesOfPerson.clear();
  }

  #resize(capacity: number): void {
    const next = new Float32Array(capacity * this.dimension);
    next.set(this.#vectors.subarray(0, this.count * this.dimension));
    this.#vectors.fill(0);
    this.#vectors = next;
  }

  #holds(row: number, vector: Float32Array): boolean {
    const offset = row * this.dimension;
    return vector.every((value, i) => this.#vectors[offset + i] === value);
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
