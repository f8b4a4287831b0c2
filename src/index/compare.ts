import type { AlikePairs } from "./port.js";
import { createRows } from "./rows.js";
import { createScanner } from "./scanner.js";
import { queriesPerScan, type Slab } from "./slab.js";
import type { TopPersons } from "./top-persons.js";

/** Compares vectors with one another; nothing of them is left behind. */
export type Compare = (
  vectors: Float32Array,
  count: number,
  atLeast: number,
  from: number,
) => AlikePairs;

/**
 * A comparison by the same kernel that searches galleries. The vectors are rows for as long as it
 * takes, in pages of the slab.
 */
export function createCompare(slab: Slab): Compare {
  const rows = createRows(slab);
  const scanner = createScanner(rows, createEverybody);
  return (vectors, count, atLeast, from) => {
    const positions: number[] = [];
    const scores: number[] = [];
    const templateIds = Array.from({ length: count }, (_, at) => String(at));
    const entries = { templateIds, personIds: templateIds, vectors };
    try {
      rows.reserve(count);
      for (let at = 0; at < count; at += 1) rows.put(entries, at);
      for (let first = from; first < count; first += queriesPerScan) {
        const queries = Math.min(queriesPerScan, count - first);
        scanner.begin(vectors, first, queries, count, atLeast);
        // A pair is found by the later one of it.
        scanner.scan(0, first + queries);
        for (const [query, found] of scanner.finish().entries()) {
          for (const { templateId, score } of found) {
            const row = Number(templateId);
            if (row >= first + query) continue;
            positions.push(row, first + query);
            scores.push(score);
          }
        }
      }
    } finally {
      rows.wipe();
    }
    return { positions: Uint32Array.from(positions), scores: Float32Array.from(scores) };
  };
}

/** Takes every row that reaches the score, in the order of the rows. */
function createEverybody(rows: Parameters<typeof createScanner>[0]): TopPersons {
  let found: ReturnType<TopPersons["take"]> = [];
  let floor = Number.NEGATIVE_INFINITY;
  return {
    reset(_, atLeast = Number.NEGATIVE_INFINITY) {
      found = [];
      floor = atLeast;
    },
    get floor() {
      return floor;
    },
    offer(score, row) {
      if (score < floor) return;
      found.push({ personId: rows.personAt(row), templateId: rows.templateAt(row), score });
    },
    take: () => found,
  };
}
