import { exactScore } from "../exact-score.js";
import { rowsPerPage, type Slab } from "./pages.js";

/** Odd, so that every layout has padding. */
const dimension = 45;
const rowCount = 5 * rowsPerPage - 7;
const queryCount = 19;
const best = 3;
const first = 5;

/**
 * Has a kernel scan some hundred rows and compares what it finds with every row scored plainly:
 * a kernel that was compiled wrongly, or meets a processor that does not do what it says, must not
 * be one that misses people.
 * @returns what is wrong, or null
 */
export function faultOf(open: (dimension: number) => Slab): string | null {
  try {
    const slab = open(dimension);
    const pages = Uint32Array.from({ length: Math.ceil(rowCount / rowsPerPage) }, () =>
      slab.takePage(),
    );
    const draw = createDraw();
    for (let row = 0; row < rowCount; row += 1) write(slab, pages, row, draw());
    slab.zero(pages[0] as number, first);
    const fault = compare(slab, pages, draw);
    for (const page of pages) slab.givePage(page);
    return fault;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function write(slab: Slab, pages: Uint32Array, row: number, vector: Float32Array): void {
  const page = pages[Math.floor(row / rowsPerPage)] as number;
  const place = row % rowsPerPage;
  slab.vectorsOf(page).set(vector, slab.vectorPlace(page) + place * dimension);
  slab.keysOf(page)[slab.keyPlace(page) + place * 4] = row + 1;
  slab.quantise(page, place);
}

function compare(slab: Slab, pages: Uint32Array, draw: () => Float32Array): string | null {
  const queries = new Float32Array(queryCount * dimension);
  for (let query = 0; query < queryCount; query += 1) queries.set(draw(), query * dimension);
  for (const count of [queryCount, 1]) {
    const found = Array.from({ length: count }, () => new Map<number, number>());
    slab.begin(queries, 0, count, best);
    slab.scan(pages, first, rowCount, {
      floorOf: (query) => kthOf((found[query] as Map<number, number>).values()),
      take: (query, row, score) => (found[query] as Map<number, number>).set(row, score),
    });
    slab.forget();
    for (let query = 0; query < count; query += 1) {
      const scores = scoresOf(slab, pages, queries, query);
      const kth = kthOf(scores.values());
      for (const [row, score] of scores) {
        const given = (found[query] as Map<number, number>).get(row);
        if (given === undefined ? score >= kth : given !== score) {
          return `row ${row} of the self-test scores ${score}, it found ${given ?? "nothing"}`;
        }
      }
    }
  }
  return null;
}

function scoresOf(slab: Slab, pages: Uint32Array, queries: Float32Array, query: number) {
  const scores = new Map<number, number>();
  for (let row = first; row < rowCount; row += 1) {
    const page = pages[Math.floor(row / rowsPerPage)] as number;
    const place = slab.vectorPlace(page) + (row % rowsPerPage) * dimension;
    const vectors = slab.vectorsOf(page);
    scores.set(row, exactScore(queries, query * dimension, vectors, place, dimension));
  }
  return scores;
}

function kthOf(scores: Iterable<number>): number {
  return [...scores].sort((a, b) => b - a)[best - 1] ?? Number.NEGATIVE_INFINITY;
}

/** Unit vectors, the same every time; each fourth is like the one before it. */
function createDraw(): () => Float32Array {
  let state = 1;
  let drawn = 0;
  let last = new Float32Array(dimension);
  return () => {
    const share = drawn % 4 === 3 ? 1 : 0;
    drawn += 1;
    const values = Float32Array.from({ length: dimension }, (_, i) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return (state >>> 8) / 2 ** 24 - 0.5 + share * 4 * (last[i] as number);
    });
    const length = Math.hypot(...values);
    last = values.map((value) => value / length);
    return last;
  };
}
