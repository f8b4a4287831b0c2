import type { Coverage } from "./coverage.js";
import type { Candidate } from "./port.js";
import type { Rows } from "./rows.js";
import type { Scanner } from "./scanner.js";

/** Nearest templates asked for beyond what k persons should need. */
const fetchMargin = 8;

/** One search by a graph. */
export interface GraphQuery {
  readonly graph: Coverage;
  /** Candidates kept while searching. */
  readonly ef: number;
  /** Packed queries, of which this is number `index`. */
  readonly queries: Float32Array;
  readonly index: number;
  readonly k: number;
  /** Rows from here on do not count. */
  readonly end: number;
  /** Least score of an answer; any when it is left out. */
  readonly atLeast?: number;
}

/** Searches graphs over one gallery's rows, and scores what they find exactly. */
export interface GraphSearcher {
  /** The k best persons. Rows that the graph does not have yet are scanned beside it. */
  search(query: GraphQuery): Candidate[];
}

/** @param fetchMax nearest templates asked for at most; when they do not do, all is scanned */
export function createGraphSearcher(rows: Rows, scanner: Scanner, fetchMax: number): GraphSearcher {
  /** Persons found by one look into the graph. */
  const near = new Set<string>();

  /** Scores what the graph finds; false when it cannot say which k persons are the nearest. */
  function searchGraph({ graph, ef, queries, index, k }: GraphQuery): boolean {
    const query = queries.subarray(index * rows.dimension, (index + 1) * rows.dimension);
    const covered = graph.cursor;
    let count = Math.ceil((k * rows.count) / Math.max(1, rows.persons)) + fetchMargin;
    for (; count <= Math.max(fetchMax, ef); count *= 4) {
      const found = graph.nearest(query, count, ef);
      near.clear();
      for (const row of found) {
        near.add(rows.personAt(row));
        scanner.score(0, row);
      }
      if (near.size >= k || found.length >= covered) return true;
      // The graph does not reach as many as there are.
      if (found.length < Math.min(count, covered)) return false;
      // The templates of too few persons came first: look further.
    }
    return false;
  }

  return {
    search(query) {
      scanner.begin(query.queries, query.index, 1, query.k, query.atLeast);
      const isFound = searchGraph(query);
      scanner.scan(isFound ? Math.min(query.graph.cursor, query.end) : 0, query.end);
      near.clear();
      return scanner.finish()[0] ?? [];
    },
  };
}
