import type { Costs } from "./costs.js";
import type { Meter } from "./meter.js";
import type { Rows } from "./rows.js";
import type { Scanner } from "./scanner.js";
import { rowsPerPage } from "./slab.js";
import type { Task } from "./task.js";

/** Comparisons of a query and a row by the kernel between two yields, about half a millisecond. */
const scannedMax = 131_072;
/** The same of a plain float scan, which costs about 80 ns each. */
const plainMax = 8_192;

/** The true best of one query. */
export interface Best {
  /** -Infinity when there is no row. */
  readonly score: number;
  readonly templateId: string;
}

const none: Best = { score: Number.NEGATIVE_INFINITY, templateId: "" };

/** What a scan in parts needs of its gallery. */
export interface Scanned {
  readonly rows: Rows;
  readonly scanner: Scanner;
  readonly costs: Costs;
  readonly meter: Meter;
}

/**
 * The true best row below `end` for each of `count` packed queries, at most `queriesPerScan`, by
 * the kernel. Rows may move between the yields: one that is moved over the place where the scan
 * is can be missed, so a caller to whom that matters has to see that none was.
 */
export function* trueBest(
  { rows, scanner, costs, meter }: Scanned,
  queries: Float32Array,
  count: number,
  end: number,
): Task<Best[]> {
  const best = new Array<Best>(count).fill(none);
  const part = Math.max(1, Math.floor(scannedMax / (count * rowsPerPage))) * rowsPerPage;
  for (let from = 0; from < Math.min(end, rows.count); from += part) {
    const to = Math.min(from + part, end, rows.count);
    scanner.begin(queries, 0, count, 1);
    const work = { kind: "scan", rows: to - from, queries: count } as const;
    costs.noteScan(
      to - from,
      count,
      meter.time(work, () => scanner.scan(from, to)),
    );
    scanner.finish().forEach(([found], i) => {
      if (found !== undefined && found.score > (best[i] as Best).score) {
        best[i] = { score: found.score, templateId: found.templateId };
      }
    });
    yield;
  }
  return best;
}

/** The same for one query by plain float arithmetic: what holds the kernel to the truth. */
export function* plainBest(rows: Rows, query: Float32Array, end: number): Task<number> {
  let best = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < Math.min(end, rows.count); from += plainMax) {
    const to = Math.min(from + plainMax, end, rows.count);
    for (let row = from; row < to; row += 1) best = Math.max(best, rows.score(row, query, 0));
    yield;
  }
  return best;
}
