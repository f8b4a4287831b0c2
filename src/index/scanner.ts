import { scoreRow, scoreRows } from "./kernel.js";
import type { Candidate } from "./port.js";
import type { Rows } from "./rows.js";
import { createTopPersons } from "./top-persons.js";

/** Rows scored before their scores are looked at: 1 KiB of scores stays in the nearest cache. */
const blockRows = 256;

/** Exact search over one gallery's rows, by range or by row. Holds the query in between. */
export interface Scanner {
  /** Begins a search for the best k persons. */
  begin(queries: Float32Array, query: number, k: number): void;
  /** Considers the rows from `first` to before `end`. */
  scan(first: number, end: number): void;
  /** Considers one row. */
  score(row: number): void;
  /** The answer. Forgets the query. */
  finish(): Candidate[];
}

/** A scanner, to be used again for every query of this gallery. */
export function createScanner(rows: Rows): Scanner {
  const { dimension } = rows;
  const query = new Float64Array(dimension);
  const scores = new Float32Array(blockRows);
  const top = createTopPersons(rows);

  function scan(first: number, end: number): void {
    const { vectors } = rows;
    for (let row = first; row < end; row += blockRows) {
      const count = Math.min(blockRows, end - row);
      scoreRows(vectors, dimension, row, count, query, scores);
      for (let i = 0; i < count; i += 1) {
        const score = scores[i] as number;
        if (score >= top.floor) top.offer(clamp(score), row + i);
      }
    }
  }

  return {
    begin(queries, index, k) {
      const offset = index * dimension;
      for (let i = 0; i < dimension; i += 1) query[i] = queries[offset + i] as number;
      top.reset(k);
    },
    scan,
    score: (row) => top.offer(clamp(scoreRow(rows.vectors, dimension, row, query)), row),
    finish() {
      query.fill(0);
      const answer = top.take();
      top.reset(1);
      return answer;
    },
  };
}

/** Rounding can leave a cosine of unit vectors a little outside -1 to 1. */
function clamp(score: number): number {
  return Math.min(1, Math.max(-1, score));
}
