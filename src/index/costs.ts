/** Measurements a median is taken of. */
const keptMax = 31;
/** From this many queries at once a scan counts as batched: the kernel takes them in fours. */
const batchedFrom = 4;
/** Scans of fewer rows say more of what a call costs than of what a row does. */
const scannedRowsMin = 2_048;
/** Weight of the newest request in the share of queries that come in batches. */
const arrivalWeight = 0.01;
/** At a fixed recall the time of a search by graph grows about as this power of its size. */
export const graphGrowth = 0.8;

/** What searches of one gallery cost in this thread: measured, not assumed. */
export interface Costs {
  /** Real queries arrived together: the mix that costs are weighed by. */
  arrived(queries: number): void;
  noteScan(rows: number, queries: number, ms: number): void;
  noteGraph(templates: number, ms: number): void;
  /** Kinds of scan that were never measured: how many queries at once to try. */
  readonly unmeasuredScans: readonly number[];
  /** Microseconds that a query's share of a scan of so many rows takes; null when unknown. */
  scanUs(rows: number): number | null;
  /** Microseconds of a search by a graph of so many templates; null when unknown. */
  graphUs(templates: number): number | null;
}

export function createCosts(): Costs {
  const lone = createMedian(keptMax);
  const batched = createMedian(keptMax);
  const graph = createMedian(keptMax);
  let batchedShare = 0;
  return {
    arrived(queries) {
      const isBatched = queries >= batchedFrom ? 1 : 0;
      const weight = 1 - (1 - arrivalWeight) ** queries;
      batchedShare += (isBatched - batchedShare) * weight;
    },
    noteScan(rows, queries, ms) {
      if (rows < scannedRowsMin || queries < 1) return;
      (queries >= batchedFrom ? batched : lone).add((ms * 1_000) / (rows * queries));
    },
    noteGraph(templates, ms) {
      if (templates > 0) graph.add((ms * 1_000) / templates ** graphGrowth);
    },
    get unmeasuredScans() {
      return [...(lone.value === null ? [1] : []), ...(batched.value === null ? [16] : [])];
    },
    scanUs(rows) {
      const alone = lone.value ?? batched.value;
      const together = batched.value ?? lone.value;
      if (alone === null || together === null) return null;
      return rows * (alone + (together - alone) * batchedShare);
    },
    graphUs(templates) {
      const each = graph.value;
      return each === null ? null : each * templates ** graphGrowth;
    },
  };
}

/** The median of the newest values: one slow measurement on a busy machine does not sway it. */
function createMedian(kept: number) {
  const values: number[] = [];
  let next = 0;
  return {
    add(value: number): void {
      values[next] = value;
      next = (next + 1) % kept;
    },
    /** Null when there is none. */
    get value(): number | null {
      const sorted = values.toSorted((a, b) => a - b);
      return sorted[sorted.length >> 1] ?? null;
    },
  };
}
