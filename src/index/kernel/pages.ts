/** Rows of a page: its 8-bit rows, 10 KiB at 160 dimensions, stay in the nearest cache. */
export const rowsPerPage = 64;
/** Queries that are scanned at once; more take turns. Their elements stay near, too. */
export const queriesPerScan = 64;
/** Words of 32 bits of a key. */
export const keyWords = 4;
/** Words of keys of a page: a person's for each row, then a template's for each row. */
export const pageKeyWords = 2 * rowsPerPage * keyWords;

/** What scans the rows, the fastest first. */
export type KernelName =
  | "native-avx512vnni"
  | "native-avx2"
  | "native-neon"
  | "relaxed-simd"
  | "simd"
  | "native-scalar"
  | "scalar";

/** Takes what a scan finds, and tells it what it need not find. */
export interface Sink {
  /** The lowest score that can still change the answer to this query. Only ever rises. */
  floorOf(query: number): number;
  /** `row` counts as the scan's `first` does; `score` is exact. */
  take(query: number, row: number, score: number): void;
}

/**
 * The memory of a worker's rows, and the kernel that scans it: pages of all its galleries, and
 * the place for the queries at hand. One for all, so that a small gallery costs a page and not a
 * memory; pages are of one size, so that a gallery grows and shrinks without anything moving.
 * Pages given back are used again.
 *
 * A page holds its rows in 8 bits, in the kernel's own layout, and in float32; and two keys of 16
 * bytes for each row, which tell whose it is. Pages are numbered, their rows count from 0.
 */
export interface Slab {
  readonly kernel: KernelName;
  /** Why a kernel that should be faster is not used, for operators; empty when none is left out. */
  readonly passedOver: readonly string[];
  readonly dimension: number;
  /** Memory of one page. */
  readonly pageBytes: number;
  /** Memory of all pages that are held by somebody. */
  readonly heldBytes: number;
  /** A zeroed page. @throws RangeError when the memory cannot be had */
  takePage(): number;
  /** Takes a page back and zeroes it. */
  givePage(page: number): void;
  /** Where the page's vectors are: `vectorPlace(page)` floats into this array, row after row. */
  vectorsOf(page: number): Float32Array;
  vectorPlace(page: number): number;
  /** Where the page's keys are: `keyPlace(page)` words into this array. */
  keysOf(page: number): Uint32Array;
  keyPlace(page: number): number;
  /** Makes the 8-bit form of a row from its vector. */
  quantise(page: number, row: number): void;
  /** Copies a row with its keys. */
  copy(fromPage: number, fromRow: number, toPage: number, toRow: number): void;
  /** Zeroes a row with its keys. */
  zero(page: number, row: number): void;
  /**
   * Begins a scan for the best k persons for `count` packed queries from the `first` on.
   * @param count 1 to `queriesPerScan`
   */
  begin(queries: Float32Array, first: number, count: number, k: number): void;
  /**
   * Considers the rows from `first` to before `end` of these pages, 64 to each, for every query:
   * whatever could be among the best k persons is taken by the sink, beside some that could not.
   */
  scan(pages: Uint32Array, first: number, end: number, sink: Sink): void;
  /** Forgets the queries, and zeroes what was made of them. */
  forget(): void;
}
