/** Rows of one table at most: what an entry has bits for. */
export const rowsMax = 2 ** 24 - 1;

/** Where a table reads the keys of its rows: it keeps none itself. */
export interface RowKeys {
  /** A hash of the row's key: 32 bits. */
  hashOf(row: number): number;
  /** Whether the row has the key that is looked for. */
  matches(row: number): boolean;
}

/**
 * Rows by key, in about 4.6 bytes each. An entry is a row and 8 bits of its hash; entries lie in
 * segments, each its own small table with open addressing, which is made anew one eighth larger
 * when it is full, and parted in two when it is large. So the table is always nearly full, and
 * growing costs a fraction of a millisecond at a time, however many rows there are.
 */
export interface RowTable {
  readonly size: number;
  readonly bytes: number;
  /** The row with the key that `matches` knows, of this hash; -1 when there is none. */
  find(hash: number): number;
  /** The row must not be there. */
  add(hash: number, row: number): void;
  remove(hash: number, row: number): void;
  /** The same key is another row now. */
  replace(hash: number, row: number, by: number): void;
  clear(): void;
  /** Makes an empty table as large as so many rows will need, which saves growing to it. */
  reserve(rows: number): void;
}

/** One part of the table. */
interface Segment {
  /** Zero, or hash bits and the row plus one. */
  entries: Uint32Array;
  count: number;
  /** How many low bits of their hashes the rows in it share. */
  depth: number;
}

const rowBits = 24;
const rowMask = 2 ** rowBits - 1;
/** Entries of the smallest segment, and of the largest that is not parted. */
const segmentMin = 8;
const segmentMax = 8_192;
/** Used part of a segment beyond which it grows, and below which it shrinks. */
const loadMax = 0.92;
const loadMin = 0.5;
/** Used part of a segment that was made anew. */
const loadNew = loadMax * (8 / 9);
/** Bytes of a segment beside its entries: two objects and a buffer. */
const segmentOverheadBytes = 250;

export function createRowTable(keys: RowKeys): RowTable {
  return new SegmentedTable(keys);
}

class SegmentedTable implements RowTable {
  readonly #keys: RowKeys;
  /** By the low bits of the hash; a segment stands in it more than once while others were parted. */
  #directory: Segment[] = [createSegment(0, 0)];
  #size = 0;
  #segments = 1;
  #capacity = segmentMin;

  constructor(keys: RowKeys) {
    this.#keys = keys;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    const directory = this.#directory.length * 8;
    return this.#capacity * 4 + this.#segments * segmentOverheadBytes + directory;
  }

  find(hash: number): number {
    const { entries } = this.#segmentOf(hash);
    const mark = markOf(hash);
    for (let at = homeOf(hash, entries.length); ; at = at + 1 === entries.length ? 0 : at + 1) {
      const entry = entries[at] as number;
      if (entry === 0) return -1;
      if (entry >>> rowBits !== mark) continue;
      const row = (entry & rowMask) - 1;
      if (this.#keys.matches(row)) return row;
    }
  }

  add(hash: number, row: number): void {
    let segment = this.#segmentOf(hash);
    if (segment.count + 1 > segment.entries.length * loadMax) {
      if (segment.entries.length < segmentMax) this.#resize(segment, segment.count + 1);
      else this.#part(segment, hash);
      segment = this.#segmentOf(hash);
    }
    place(segment.entries, hash, row);
    segment.count += 1;
    this.#size += 1;
  }

  remove(hash: number, row: number): void {
    const segment = this.#segmentOf(hash);
    this.#close(segment.entries, placeOf(segment.entries, hash, row));
    segment.count -= 1;
    this.#size -= 1;
    const { length } = segment.entries;
    if (length > segmentMin && segment.count < length * loadMin) {
      this.#resize(segment, segment.count);
    }
  }

  replace(hash: number, row: number, by: number): void {
    const { entries } = this.#segmentOf(hash);
    entries[placeOf(entries, hash, row)] = entryOf(hash, by);
  }

  clear(): void {
    this.#directory = [createSegment(0, 0)];
    this.#size = 0;
    this.#segments = 1;
    this.#capacity = segmentMin;
  }

  reserve(rows: number): void {
    if (this.#size > 0 || rows <= segmentMin) return;
    const depth = Math.max(0, Math.ceil(Math.log2(rows / (segmentMax * loadNew))));
    const capacity = Math.ceil(rows / 2 ** depth / loadNew);
    this.#directory = Array.from({ length: 2 ** depth }, () => createSegment(depth, capacity));
    this.#segments = this.#directory.length;
    this.#capacity = this.#segments * (this.#directory[0] as Segment).entries.length;
  }

  #segmentOf(hash: number): Segment {
    return this.#directory[hash & (this.#directory.length - 1)] as Segment;
  }

  /** Moves what stands behind a gap into it, where it may stand nearer to its home. */
  #close(entries: Uint32Array, gap: number): void {
    const { length } = entries;
    let at = gap;
    for (;;) {
      at = at + 1 === length ? 0 : at + 1;
      const entry = entries[at] as number;
      if (entry === 0) break;
      const home = homeOf(this.#hashOf(entry), length);
      const fromHome = at >= home ? at - home : at - home + length;
      const fromGap = at >= gap ? at - gap : at - gap + length;
      if (fromHome < fromGap) continue;
      entries[gap] = entry;
      gap = at;
    }
    entries[gap] = 0;
  }

  #hashOf(entry: number): number {
    return this.#keys.hashOf((entry & rowMask) - 1);
  }

  #resize(segment: Segment, count: number): void {
    const { entries } = segment;
    const capacity = Math.max(segmentMin, Math.ceil(count / loadNew));
    this.#capacity += capacity - entries.length;
    segment.entries = new Uint32Array(capacity);
    for (const entry of entries) {
      if (entry !== 0) place(segment.entries, this.#hashOf(entry), (entry & rowMask) - 1);
    }
  }

  /** Parts a segment by one more bit of its hashes. */
  #part(segment: Segment, hash: number): void {
    const { entries, depth } = segment;
    if (2 ** depth === this.#directory.length) {
      this.#directory = [...this.#directory, ...this.#directory];
    }
    const half = Math.ceil(segment.count / 2 / loadNew);
    const parts = [createSegment(depth + 1, half), createSegment(depth + 1, half)] as const;
    this.#segments += 1;
    this.#capacity += parts[0].entries.length + parts[1].entries.length - entries.length;
    for (const entry of entries) {
      if (entry === 0) continue;
      const own = this.#hashOf(entry);
      const part = parts[(own >>> depth) & 1] as Segment;
      if (part.count + 1 > part.entries.length * loadMax) this.#resize(part, part.count + 1);
      place(part.entries, own, (entry & rowMask) - 1);
      part.count += 1;
    }
    const step = 2 ** depth;
    for (let at = hash & (step - 1); at < this.#directory.length; at += step) {
      this.#directory[at] = parts[(at >>> depth) & 1] as Segment;
    }
  }
}

function createSegment(depth: number, capacity: number): Segment {
  return { entries: new Uint32Array(Math.max(segmentMin, capacity)), count: 0, depth };
}

/** Bits of an entry that tell most others apart without a look at their rows. */
function markOf(hash: number): number {
  return Math.imul(hash, 0x9e37_79b1) >>> rowBits;
}

function entryOf(hash: number, row: number): number {
  return ((markOf(hash) << rowBits) | (row + 1)) >>> 0;
}

/** Where an entry stands when nothing is in its way: by the high bits of the hash. */
function homeOf(hash: number, length: number): number {
  return Math.floor(((hash >>> 0) / 2 ** 32) * length);
}

function place(entries: Uint32Array, hash: number, row: number): void {
  const { length } = entries;
  let at = homeOf(hash, length);
  while (entries[at] !== 0) at = at + 1 === length ? 0 : at + 1;
  entries[at] = entryOf(hash, row);
}

function placeOf(entries: Uint32Array, hash: number, row: number): number {
  const { length } = entries;
  const wanted = entryOf(hash, row);
  let at = homeOf(hash, length);
  for (let seen = 0; entries[at] !== wanted; seen += 1) {
    if (seen === length) throw new Error("a row is missing from its table");
    at = at + 1 === length ? 0 : at + 1;
  }
  return at;
}
