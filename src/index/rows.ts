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
  let vectors = new Float32Array(0);
  let templates: string[] = [];
  let persons: string[] = [];
  const rowOfTemplate = new Map<string, number>();
  const templatesOfPerson = new Map<string, string[]>();

  function resize(capacity: number): void {
    const next = new Float32Array(capacity * dimension);
    next.set(vectors.subarray(0, templates.length * dimension));
    vectors.fill(0);
    vectors = next;
  }

  function attach(personId: string, templateId: string): void {
    const held = templatesOfPerson.get(personId);
    if (held === undefined) templatesOfPerson.set(personId, [templateId]);
    else held.push(templateId);
  }

  function detach(personId: string, templateId: string): void {
    const left = (templatesOfPerson.get(personId) ?? []).filter((held) => held !== templateId);
    if (left.length === 0) templatesOfPerson.delete(personId);
    else templatesOfPerson.set(personId, left);
  }

  function holds(row: number, vector: Float32Array): boolean {
    const offset = row * dimension;
    return vector.every((value, i) => vectors[offset + i] === value);
  }

  function put(entries: PackedEntries, index: number): RowWrite {
    const templateId = entries.templateIds[index] as string;
    const personId = entries.personIds[index] as string;
    const existing = rowOfTemplate.get(templateId);
    const row = existing ?? templates.length;
    const vector = entries.vectors.subarray(index * dimension, (index + 1) * dimension);
    const overwritten = existing !== undefined && !holds(existing, vector);
    vectors.set(vector, row * dimension);
    if (existing === undefined) {
      templates.push(templateId);
      persons.push(personId);
      rowOfTemplate.set(templateId, row);
      attach(personId, templateId);
    } else if (persons[row] !== personId) {
      detach(persons[row] as string, templateId);
      persons[row] = personId;
      attach(personId, templateId);
    }
    return { row, overwritten };
  }

  function remove(templateId: string): RowMove | null {
    const freed = rowOfTemplate.get(templateId);
    if (freed === undefined) return null;
    const last = templates.length - 1;
    detach(persons[freed] as string, templateId);
    rowOfTemplate.delete(templateId);
    if (freed !== last) {
      const moved = templates[last] as string;
      vectors.copyWithin(freed * dimension, last * dimension, (last + 1) * dimension);
      templates[freed] = moved;
      persons[freed] = persons[last] as string;
      rowOfTemplate.set(moved, freed);
    }
    vectors.fill(0, last * dimension, (last + 1) * dimension);
    templates.pop();
    persons.pop();
    return { freed, last };
  }

  return {
    dimension,
    get count() {
      return templates.length;
    },
    get persons() {
      return templatesOfPerson.size;
    },
    get vectors() {
      return vectors;
    },
    templateAt: (row) => templates[row] as string,
    personAt: (row) => persons[row] as string,
    rowOf: (templateId) => rowOfTemplate.get(templateId),
    templatesOf: (personId) => templatesOfPerson.get(personId) ?? [],
    reserve(more) {
      const needed = templates.length + more;
      let capacity = Math.max(initialCapacity, vectors.length / dimension);
      while (capacity < needed) capacity *= 2;
      if (capacity * dimension !== vectors.length) resize(capacity);
    },
    put,
    remove,
    trim() {
      const capacity = vectors.length / dimension;
      if (capacity > initialCapacity && templates.length < capacity / 4) {
        resize(Math.max(initialCapacity, Math.ceil(capacity / 2)));
      }
    },
    wipe() {
      vectors.fill(0);
      vectors = new Float32Array(0);
      templates = [];
      persons = [];
      rowOfTemplate.clear();
      templatesOfPerson.clear();
    },
  };
}
