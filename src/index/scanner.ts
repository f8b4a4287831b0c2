import type { Sink } from "./kernel/pages.js";
import type { Candidate } from "./port.js";
import type { Rows } from "./rows.js";
import { queriesPerScan } from "./slab.js";
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
  /** The answer to each query. Forgets them. No row may have moved since `begin`. */
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
  /** Used again for every batch; the first `count` are under way. */
  const tops: TopPersons[] = [];
  let queries: Float32Array = new Float32Array(0);
  let first = 0;
  let count = 0;
  const sink: Sink = {
    floorOf: (query) => (tops[query] as TopPersons).floor,
    take: (query, row, score) => (tops[query] as TopPersons).offer(score, row),
  };

  return {
    begin(batch, from, size, k, atLeast) {
      if (size > queriesPerScan) throw new RangeError(`${size} queries at once are too many`);
      queries = batch;
      first = from;
      count = size;
      while (tops.length < size) tops.push(collect(rows));
      for (let i = 0; i < size; i += 1) (tops[i] as TopPersons).reset(k, atLeast);
      rows.slab.begin(batch, from, size, k);
    },
    scan(from, end) {
      if (count > 0 && from < end) rows.slab.scan(rows.pages, from, end, sink);
    },
    score(query, row) {
      const score = rows.score(row, queries, (first + query) * rows.dimension);
      sink.take(query, row, score);
    },
    finish() {
      const answers = tops.slice(0, count).map((top) => top.take());
      for (const top of tops) top.reset(1);
      rows.slab.forget();
      queries = new Float32Array(0);
      count = 0;
      return answers;
    },
  };
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
