import {
  growthUnitBytes,
  growthUnitsMax,
  hitBytes,
  lanes,
  limitsBytes,
  rowTailBytes,
  type ScanKernel,
} from "./kernel/layout.js";
import { createScanKernel } from "./kernel/scan-kernel.js";
import { strideOf } from "./quantise.js";

/** Rows of a page: its 8-bit rows, 10 KiB at 160 dimensions, stay in the nearest cache. */
export const rowsPerPage = 64;
/** Queries that are scanned at once; more take turns. Their 16-bit elements stay near, too. */
export const queriesPerScan = 64;
/** The memory grows by this part of its size, so that it grows seldom and wastes little. */
const growthFraction = 1 / 8;

/** A group of four queries in the slab. */
export interface QueryPlace {
  readonly queries: number;
  readonly limits: number;
}

/**
 * The memory that a worker's kernel scans: pages of 8-bit rows of all its galleries, and the
 * place for the queries at hand. One for all, so that a small gallery costs a page of rows and not
 * a memory; pages are of one size, so that a gallery grows and shrinks without anything moving.
 * It holds 4 GiB, 25 million rows at 160 dimensions, and does not shrink: pages given back are used
 * again. All places are byte offsets.
 */
export interface Slab {
  readonly kernel: ScanKernel;
  readonly dimension: number;
  /** Elements of a row, zeros behind the `dimension` first. */
  readonly stride: number;
  readonly rowBytes: number;
  /** Where `kernel` writes hits, room for a page of them. */
  readonly hits: number;
  /** The memory's views. Replaced when it grows: do not keep them over `takePage`. */
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
  /** Place of the group `group` of the queries at hand. */
  queryPlace(group: number): QueryPlace;
  /** Zeroes the queries at hand. */
  forgetQueries(): void;
  /** A zeroed page of rows. @throws RangeError when the memory cannot be had */
  takePage(): number;
  /** Takes a page back and zeroes it. */
  givePage(page: number): void;
}

/** An empty slab for vectors of this length. */
export function createSlab(dimension: number, kernel: ScanKernel = createScanKernel()): Slab {
  return new KernelSlab(dimension, kernel);
}

class KernelSlab implements Slab {
  readonly kernel: ScanKernel;
  readonly dimension: number;
  readonly stride: number;
  readonly rowBytes: number;
  readonly hits = 0;
  int8 = new Int8Array(0);
  int16 = new Int16Array(0);
  int32 = new Int32Array(0);
  float32 = new Float32Array(0);
  readonly #queries = rowsPerPage * hitBytes;
  readonly #groupBytes: number;
  readonly #pageBytes: number;
  readonly #freePages: number[] = [];
  /** Behind the last page there ever was. */
  #end: number;

  constructor(dimension: number, kernel: ScanKernel) {
    this.dimension = dimension;
    this.kernel = kernel;
    this.stride = strideOf(dimension);
    this.rowBytes = this.stride + rowTailBytes;
    this.#groupBytes = lanes * this.stride * 2 + limitsBytes;
    this.#pageBytes = rowsPerPage * this.rowBytes;
    this.#end = this.#queries + (queriesPerScan / lanes) * this.#groupBytes;
    this.#growTo(this.#end);
  }

  queryPlace(group: number): QueryPlace {
    const queries = this.#queries + group * this.#groupBytes;
    return { queries, limits: queries + this.#groupBytes - limitsBytes };
  }

  forgetQueries(): void {
    const end = this.#queries + (queriesPerScan / lanes) * this.#groupBytes;
    this.int8.fill(0, this.#queries, end);
  }

  takePage(): number {
    const free = this.#freePages.pop();
    if (free !== undefined) return free;
    const page = this.#end;
    this.#growTo(page + this.#pageBytes);
    this.#end = page + this.#pageBytes;
    return page;
  }

  givePage(page: number): void {
    this.int8.fill(0, page, page + this.#pageBytes);
    this.#freePages.push(page);
  }

  #growTo(bytes: number): void {
    const { memory } = this.kernel;
    const held = memory.buffer.byteLength / growthUnitBytes;
    const needed = Math.ceil(bytes / growthUnitBytes);
    if (needed > held) {
      const wanted = Math.max(needed, Math.ceil(held * (1 + growthFraction)));
      memory.grow(Math.min(wanted, Math.max(needed, growthUnitsMax)) - held);
    }
    if (this.int8.buffer === memory.buffer) return;
    this.int8 = new Int8Array(memory.buffer);
    this.int16 = new Int16Array(memory.buffer);
    this.int32 = new Int32Array(memory.buffer);
    this.float32 = new Float32Array(memory.buffer);
  }
}
