import {
  growthUnitBytes,
  growthUnitsMax,
  hitBytes,
  lanes,
  limitsBytes,
  rowTailBytes,
  type ScanKernel,
} from "./layout.js";
import { createLinearScan, type LinearScan } from "./linear-scan.js";
import {
  type KernelName,
  keyWords,
  pageKeyWords,
  queriesPerScan,
  rowsPerPage,
  type Sink,
  type Slab,
} from "./pages.js";

/** The memory grows by this part of its size, so that it grows seldom and wastes little. */
const growthFraction = 1 / 8;
/** Vectors and keys are taken this many pages at a time: fewer objects to look after. */
const pagesPerBlock = 16;

/** A group of four queries in the slab. */
export interface QueryPlace {
  readonly queries: number;
  readonly limits: number;
}

/**
 * A slab whose 8-bit pages, row after row, lie in the memory of a kernel of WebAssembly or plain
 * JavaScript: 4 GiB, 25 million rows at 160 dimensions. Vectors and keys are JavaScript's own.
 * All places are byte offsets into the kernel's memory.
 */
export class LinearSlab implements Slab {
  readonly kernel: KernelName;
  readonly passedOver: readonly string[];
  readonly dimension: number;
  readonly scanKernel: ScanKernel;
  /** Elements of a row, zeros behind the `dimension` first. */
  readonly stride: number;
  readonly rowBytes: number;
  /** Where the kernel writes hits, room for a page of them. */
  readonly hits = 0;
  readonly pageBytes: number;
  /** The memory's views. Replaced when it grows: do not keep them over `takePage`. */
  int8 = new Int8Array(0);
  int16 = new Int16Array(0);
  int32 = new Int32Array(0);
  float32 = new Float32Array(0);
  readonly #queries = rowsPerPage * hitBytes;
  readonly #groupBytes: number;
  /** Where the first page begins. */
  readonly #pagesPlace: number;
  readonly #rowPageBytes: number;
  readonly #vectors: Float32Array[] = [];
  readonly #keys: Uint32Array[] = [];
  readonly #freePages: number[] = [];
  readonly #scan: LinearScan;
  /** Pages there ever were. */
  #pages = 0;

  constructor(dimension: number, kernel: ScanKernel, passedOver: readonly string[]) {
    this.dimension = dimension;
    this.scanKernel = kernel;
    this.kernel = kernel.name;
    this.passedOver = passedOver;
    this.stride = kernel.form.strideOf(dimension);
    this.rowBytes = this.stride + rowTailBytes;
    this.#rowPageBytes = rowsPerPage * this.rowBytes;
    this.pageBytes = this.#rowPageBytes + rowsPerPage * dimension * 4 + pageKeyWords * 4;
    this.#groupBytes = lanes * this.stride * 2 + limitsBytes;
    this.#pagesPlace = this.#queries + (queriesPerScan / lanes) * this.#groupBytes;
    this.#growTo(this.#pagesPlace);
    this.#scan = createLinearScan(this);
  }

  get heldBytes(): number {
    return (this.#pages - this.#freePages.length) * this.pageBytes;
  }

  /** Where the 8-bit form of a row begins. */
  placeOf(page: number, row: number): number {
    return this.#pagesPlace + page * this.#rowPageBytes + row * this.rowBytes;
  }

  queryPlace(group: number): QueryPlace {
    const queries = this.#queries + group * this.#groupBytes;
    return { queries, limits: queries + this.#groupBytes - limitsBytes };
  }

  takePage(): number {
    const free = this.#freePages.pop();
    if (free !== undefined) return free;
    this.#growTo(this.#pagesPlace + (this.#pages + 1) * this.#rowPageBytes);
    if (this.#pages === this.#vectors.length * pagesPerBlock) {
      const keys = new Uint32Array(pagesPerBlock * pageKeyWords);
      this.#vectors.push(new Float32Array(pagesPerBlock * rowsPerPage * this.dimension));
      this.#keys.push(keys);
    }
    this.#pages += 1;
    return this.#pages - 1;
  }

  givePage(page: number): void {
    const place = this.placeOf(page, 0);
    this.int8.fill(0, place, place + this.#rowPageBytes);
    const floats = rowsPerPage * this.dimension;
    this.vectorsOf(page).fill(0, this.vectorPlace(page), this.vectorPlace(page) + floats);
    this.keysOf(page).fill(0, this.keyPlace(page), this.keyPlace(page) + pageKeyWords);
    this.#freePages.push(page);
  }

  vectorsOf(page: number): Float32Array {
    return this.#vectors[Math.floor(page / pagesPerBlock)] as Float32Array;
  }

  vectorPlace(page: number): number {
    return (page % pagesPerBlock) * rowsPerPage * this.dimension;
  }

  keysOf(page: number): Uint32Array {
    return this.#keys[Math.floor(page / pagesPerBlock)] as Uint32Array;
  }

  keyPlace(page: number): number {
    return (page % pagesPerBlock) * pageKeyWords;
  }

  quantise(page: number, row: number): void {
    const { int8, float32, stride } = this;
    const place = this.placeOf(page, row);
    const tail = (place + stride) / 4;
    const tails = float32.subarray(tail, tail + 2);
    const elements = int8.subarray(place, place + stride);
    this.scanKernel.form.quantiseRow(this.#vector(page, row), elements, tails);
  }

  copy(fromPage: number, fromRow: number, toPage: number, toRow: number): void {
    this.#vector(toPage, toRow).set(this.#vector(fromPage, fromRow));
    for (const kind of [0, 1]) {
      this.#key(kind, toPage, toRow).set(this.#key(kind, fromPage, fromRow));
    }
    const place = this.placeOf(fromPage, fromRow);
    this.int8.copyWithin(this.placeOf(toPage, toRow), place, place + this.rowBytes);
  }

  zero(page: number, row: number): void {
    this.#vector(page, row).fill(0);
    for (const kind of [0, 1]) this.#key(kind, page, row).fill(0);
    const place = this.placeOf(page, row);
    this.int8.fill(0, place, place + this.rowBytes);
  }

  begin(queries: Float32Array, first: number, count: number): void {
    this.#scan.begin(queries, first, count);
  }

  scan(pages: Uint32Array, first: number, end: number, sink: Sink): void {
    this.#scan.scan(pages, first, end, sink);
  }

  forget(): void {
    this.#scan.forget();
    this.int8.fill(0, 0, this.#pagesPlace);
  }

  #vector(page: number, row: number): Float32Array {
    const place = this.vectorPlace(page) + row * this.dimension;
    return this.vectorsOf(page).subarray(place, place + this.dimension);
  }

  #key(kind: number, page: number, row: number): Uint32Array {
    const place = this.keyPlace(page) + (kind * rowsPerPage + row) * keyWords;
    return this.keysOf(page).subarray(place, place + keyWords);
  }

  #growTo(bytes: number): void {
    const { memory } = this.scanKernel;
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
