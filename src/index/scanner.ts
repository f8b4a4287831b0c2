import { hitBytes, lanes } from "./kernel/layout.js";
import type { Candidate } from "./port.js";
import { cutoffOf, type QueryBound, quantiseQuery } from "./quantise.js";
import type { Rows } from "./rows.js";
import { queriesPerScan, rowsPerPage } from "./slab.js";
import { createTopPersons, type TopPersons } from "./top-persons.js";

/**
 * Exact search over one gallery's rows, for up to `queriesPerScan` queries at once. Holds them in
 * between.
 */
export interface Scanner {
  /**
   * Begins a search for the best k persons.
   * @param first first of these queries in the packed batch
   * @param atLeast least score of an answer: rows that cannot reach it are passed over
   */
  begin(queries: Float32Array, first: number, count: number, k: number, atLeast?: number): void;
  /** Considers the rows from `first` to before `end` for every query. */
  scan(first: number, end: number): void;
  /** Considers one row for one query, counted from `first`. */
  score(query: number, row: number): void;
  /** The answer to each query. Forgets them. */
  finish(): Candidate[][];
}

/**
 * A scanner, to be used again for every search of this gallery.
 * @param collect makes what takes the rows that a query finds
 */
export function createScanner(
  rows: Rows,
  collect: (rows: Rows) => TopPersons = createTopPersons,
): Scanner {
  return new RowScanner(rows, collect);
}

/** One query under way. */
interface Sought {
  readonly top: TopPersons;
  /** Where its vector begins in the batch. */
  offset: number;
  bound: QueryBound;
}

class RowScanner implements Scanner {
  readonly #rows: Rows;
  readonly #collect: (rows: Rows) => TopPersons;
  /** Used again for every batch; the first `#count` are under way. */
  readonly #sought: Sought[] = [];
  #count = 0;
  #queries: Float32Array = new Float32Array(0);

  constructor(rows: Rows, collect: (rows: Rows) => TopPersons) {
    this.#rows = rows;
    this.#collect = collect;
  }

  begin(
    queries: Float32Array,
    first: number,
    count: number,
    k: number,
    atLeast: number = Number.NEGATIVE_INFINITY,
  ): void {
    if (count > queriesPerScan) throw new RangeError(`${count} queries at once are too many`);
    this.#queries = queries;
    this.#count = count;
    while (this.#sought.length < count) {
      const top = this.#collect(this.#rows);
      this.#sought.push({ top, offset: 0, bound: { step: 1, error: 0, reach: 0 } });
    }
    for (let i = 0; i < count; i += 1) {
      const sought = this.#sought[i] as Sought;
      sought.offset = (first + i) * this.#rows.dimension;
      sought.top.reset(k, atLeast);
      sought.bound = this.#place(i, sought.offset, atLeast);
    }
    this.#closeLastGroup();
  }

  scan(first: number, end: number): void {
    // Rows are taken in groups; what is considered twice, or is vacated, does not count.
    for (let from = first - (first % lanes); from < end; ) {
      const pageEnd = from - (from % rowsPerPage) + rowsPerPage;
      const to = Math.min(pageEnd, end);
      this.#scanPage(from, to);
      from = to;
    }
  }

  score(query: number, row: number): void {
    const { top, offset } = this.#sought[query] as Sought;
    top.offer(this.#rows.score(row, this.#queries, offset), row);
  }

  finish(): Candidate[][] {
    const answers = this.#sought.slice(0, this.#count).map(({ top }) => top.take());
    for (const { top } of this.#sought) top.reset(1);
    this.#rows.slab.forgetQueries();
    this.#queries = new Float32Array(0);
    this.#count = 0;
    return answers;
  }

  /** A lone query is not interleaved, and its lanes are rows. */
  #isAlone(group: number): boolean {
    return group * lanes === this.#count - 1;
  }

  /** Puts a query into its lane of its group, ready for the kernel. */
  #place(query: number, offset: number, atLeast: number): QueryBound {
    const { slab, dimension } = this.#rows;
    const { int16, float32 } = slab;
    const lane = query % lanes;
    const group = (query - lane) / lanes;
    const { queries, limits } = slab.queryPlace(group);
    const interleaved = this.#isAlone(group) ? 1 : lanes;
    const first = queries / 2 + 8 * lane;
    const vector = this.#queries.subarray(offset, offset + dimension);
    const bound = quantiseQuery(vector, (i, whole) => {
      int16[first + (i - (i % 8)) * interleaved + (i % 8)] = whole;
    });
    float32[limits / 4 + lane] = bound.reach;
    float32[limits / 4 + lanes + lane] = cutoffOf(bound, atLeast);
    return bound;
  }

  /** Lanes without a query find nothing. */
  #closeLastGroup(): void {
    const { slab } = this.#rows;
    for (let lane = this.#count; lane % lanes !== 0; lane += 1) {
      const { limits } = slab.queryPlace(Math.floor(lane / lanes));
      slab.float32[limits / 4 + lanes + (lane % lanes)] = Number.POSITIVE_INFINITY;
    }
  }

  #scanPage(from: number, to: number): void {
    const { slab } = this.#rows;
    const { kernel, hits, stride } = slab;
    const place = this.#rows.pageOf(from) + (from % rowsPerPage) * slab.rowBytes;
    const count = Math.ceil((to - from) / lanes) * lanes;
    for (let group = 0; group * lanes < this.#count; group += 1) {
      const { queries, limits } = slab.queryPlace(group);
      const isAlone = this.#isAlone(group);
      const scan = isAlone ? kernel.scan1 : kernel.scan4;
      const found = scan(place, count, stride, queries, limits, hits);
      if (found > 0) this.#take(group, isAlone, found, from, to);
    }
  }

  /** Scores what the kernel found exactly. */
  #take(group: number, isAlone: boolean, found: number, from: number, to: number): void {
    const { int32, float32, hits } = this.#rows.slab;
    for (let i = 0; i < found; i += 1) {
      const hit = (hits + i * hitBytes) / 4;
      const mask = int32[hit + 1] as number;
      for (let lane = 0; lane < lanes; lane += 1) {
        if ((mask & (1 << lane)) === 0) continue;
        const row = from + (int32[hit] as number) + (isAlone ? lane : 0);
        const query = group * lanes + (isAlone ? 0 : lane);
        if (row < to) this.#offer(query, row, float32[hit + lanes + lane] as number);
      }
    }
  }

  /** The cutoff may have risen since the kernel compared. */
  #offer(query: number, row: number, bound: number): void {
    const { slab } = this.#rows;
    const { top, offset, bound: queryBound } = this.#sought[query] as Sought;
    const lane = query % lanes;
    const cutoff = slab.queryPlace((query - lane) / lanes).limits / 4 + lanes + lane;
    if (bound < (slab.float32[cutoff] as number)) return;
    const { floor } = top;
    top.offer(this.#rows.score(row, this.#queries, offset), row);
    if (top.floor !== floor) slab.float32[cutoff] = cutoffOf(queryBound, top.floor);
  }
}

/**
 * The k best persons for each of `count` packed queries, by comparing them with every row.
 * @param atLeast least score of an answer
 */
export function searchAll(
  rows: Rows,
  scanner: Scanner,
  queries: Float32Array,
  count: number,
  k: number,
  atLeast?: number,
): Candidate[][] {
  const answers: Candidate[][] = [];
  for (let first = 0; first < count; first += queriesPerScan) {
    scanner.begin(queries, first, Math.min(queriesPerScan, count - first), k, atLeast);
    scanner.scan(0, rows.count);
    answers.push(...scanner.finish());
  }
  return answers;
}
