import { exactScore } from "../exact-score.js";
import { cutoffOf, type QueryBound } from "../quantise.js";
import { hitBytes, lanes } from "./layout.js";
import type { LinearSlab } from "./linear-slab.js";
import { rowsPerPage, type Sink, type Slab } from "./pages.js";

/** Scans the rows of a linear slab, for one batch of queries after another. */
export type LinearScan = Pick<Slab, "scan" | "forget"> & {
  begin(queries: Float32Array, first: number, count: number): void;
};

export function createLinearScan(slab: LinearSlab): LinearScan {
  return new Scan(slab);
}

class Scan implements LinearScan {
  readonly #slab: LinearSlab;
  #bounds: QueryBound[] = [];
  /** What each query's cutoff was computed from. */
  #floors: number[] = [];
  #queries: Float32Array = new Float32Array(0);
  #first = 0;
  #count = 0;

  constructor(slab: LinearSlab) {
    this.#slab = slab;
  }

  begin(queries: Float32Array, first: number, count: number): void {
    this.#queries = queries;
    this.#first = first;
    this.#count = count;
    this.#bounds = Array.from({ length: count }, (_, i) => this.#place(i));
    this.#floors = new Array<number>(count).fill(Number.NEGATIVE_INFINITY);
    this.#closeLastGroup();
  }

  scan(pages: Uint32Array, first: number, end: number, sink: Sink): void {
    for (let query = 0; query < this.#count; query += 1) this.#follow(query, sink);
    // Rows are taken in groups; what lies before the first does not count.
    for (let from = first - (first % lanes); from < end; ) {
      const to = Math.min(from - (from % rowsPerPage) + rowsPerPage, end);
      const page = pages[Math.floor(from / rowsPerPage)] as number;
      this.#scanPage({ page, first, from, to, sink });
      from = to;
    }
  }

  forget(): void {
    this.#queries = new Float32Array(0);
    this.#bounds = [];
    this.#count = 0;
  }

  /** A lone query is not interleaved, and its lanes are rows. */
  #isAlone(group: number): boolean {
    return group * lanes === this.#count - 1;
  }

  /** Puts a query into its lane of its group, ready for the kernel. */
  #place(query: number): QueryBound {
    const { int8, int16, float32, dimension, scanKernel } = this.#slab;
    const lane = query % lanes;
    const group = (query - lane) / lanes;
    const { queries, limits } = this.#slab.queryPlace(group);
    const interleaved = this.#isAlone(group) ? 1 : lanes;
    const offset = (this.#first + query) * dimension;
    const vector = this.#queries.subarray(offset, offset + dimension);
    const place = { int8, int16, queries, lane, interleaved };
    const bound = scanKernel.form.placeQuery(vector, place);
    float32[limits / 4 + lane] = bound.reach;
    float32[limits / 4 + lanes + lane] = Number.NEGATIVE_INFINITY;
    return bound;
  }

  /** Lanes without a query find nothing. */
  #closeLastGroup(): void {
    for (let lane = this.#count; lane % lanes !== 0; lane += 1) {
      this.#slab.float32[this.#cutoffPlace(lane)] = Number.POSITIVE_INFINITY;
    }
  }

  #cutoffPlace(query: number): number {
    const lane = query % lanes;
    return this.#slab.queryPlace((query - lane) / lanes).limits / 4 + lanes + lane;
  }

  #scanPage(part: Part): void {
    const { scanKernel, hits, stride } = this.#slab;
    const place = this.#slab.placeOf(part.page, part.from % rowsPerPage);
    const count = Math.ceil((part.to - part.from) / lanes) * lanes;
    for (let group = 0; group * lanes < this.#count; group += 1) {
      const { queries, limits } = this.#slab.queryPlace(group);
      const isAlone = this.#isAlone(group);
      const scan = isAlone ? scanKernel.scan1 : scanKernel.scan4;
      const found = scan(place, count, stride, queries, limits, hits);
      if (found > 0) this.#take(part, group, isAlone, found);
    }
  }

  /** Scores what the kernel found exactly. */
  #take(part: Part, group: number, isAlone: boolean, found: number): void {
    const { int32, float32, hits } = this.#slab;
    for (let i = 0; i < found; i += 1) {
      const hit = (hits + i * hitBytes) / 4;
      const mask = int32[hit + 1] as number;
      for (let lane = 0; lane < lanes; lane += 1) {
        if ((mask & (1 << lane)) === 0) continue;
        const row = part.from + (int32[hit] as number) + (isAlone ? lane : 0);
        const query = group * lanes + (isAlone ? 0 : lane);
        if (row < part.first || row >= part.to) continue;
        this.#score(part, query, row, float32[hit + lanes + lane] as number);
      }
    }
  }

  /** The cutoff may have risen since the kernel compared. */
  #score({ page, sink }: Part, query: number, row: number, bound: number): void {
    const slab = this.#slab;
    if (bound < (slab.float32[this.#cutoffPlace(query)] as number)) return;
    const { dimension } = slab;
    const offset = (this.#first + query) * dimension;
    const place = slab.vectorPlace(page) + (row % rowsPerPage) * dimension;
    sink.take(
      query,
      row,
      exactScore(this.#queries, offset, slab.vectorsOf(page), place, dimension),
    );
    this.#follow(query, sink);
  }

  /** Raises the cutoff with the floor. */
  #follow(query: number, sink: Sink): void {
    const floor = sink.floorOf(query);
    if (floor === this.#floors[query]) return;
    this.#floors[query] = floor;
    const cutoff = cutoffOf(this.#bounds[query] as QueryBound, floor);
    this.#slab.float32[this.#cutoffPlace(query)] = cutoff;
  }
}

/** A page, or a part of one, that is scanned. */
interface Part {
  readonly page: number;
  /** Where the whole scan began. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
  readonly sink: Sink;
}
