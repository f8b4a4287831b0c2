import type { NativeScan, NativeStore } from "./native.js";
import { type KernelName, queriesPerScan, type Sink, type Slab } from "./pages.js";

/** Hits of one call; when there are more, the scan is taken up again where it stopped. */
const hitsMax = 32_768;
/** Words of a hit: query, row, score. The first place holds how many there are. */
const hitWords = 3;

/** One block of pages, seen as what lies in it. */
interface Block {
  readonly float32: Float32Array;
  readonly uint32: Uint32Array;
}

/** A slab whose pages lie in the memory of native code, which scans and scores them. */
export class NativeSlab implements Slab {
  readonly kernel: KernelName;
  readonly passedOver: readonly string[];
  readonly dimension: number;
  readonly pageBytes: number;
  readonly #native: NativeScan;
  readonly #store: NativeStore;
  readonly #pagesPerBlock: number;
  /** In floats, or words. */
  readonly #vectorsOffset: number;
  readonly #vectorSize: number;
  readonly #keysOffset: number;
  readonly #keySize: number;
  readonly #blocks: Block[] = [];
  readonly #freePages: number[] = [];
  /** Pages there ever were. */
  #pages = 0;
  readonly #hits = new Int32Array((1 + hitsMax) * hitWords);
  readonly #scores = new Float32Array(this.#hits.buffer);
  readonly #floors = new Float64Array(queriesPerScan);
  #queries: Float32Array = new Float32Array(0);
  #first = 0;
  #count = 0;
  #k = 1;

  /** @throws RangeError when the processor does not have what the kernel needs */
  constructor(
    native: NativeScan,
    dimension: number,
    kernel: KernelName,
    passedOver: readonly string[],
  ) {
    this.#native = native;
    this.dimension = dimension;
    this.kernel = kernel;
    this.passedOver = passedOver;
    this.#store = native.open(dimension, kernel);
    const [pages, hotBytes, keysOffset, keyBytes, vectorsOffset, vectorBytes] = native.layout(
      this.#store,
    );
    this.#pagesPerBlock = pages;
    this.pageBytes = hotBytes + keyBytes + vectorBytes;
    this.#keysOffset = keysOffset / 4;
    this.#keySize = keyBytes / 4;
    this.#vectorsOffset = vectorsOffset / 4;
    this.#vectorSize = vectorBytes / 4;
  }

  get heldBytes(): number {
    return (this.#pages - this.#freePages.length) * this.pageBytes;
  }

  takePage(): number {
    const free = this.#freePages.pop();
    if (free !== undefined) return free;
    if (this.#pages === this.#blocks.length * this.#pagesPerBlock) {
      const block = this.#native.grow(this.#store);
      this.#blocks.push({ float32: new Float32Array(block), uint32: new Uint32Array(block) });
    }
    this.#pages += 1;
    return this.#pages - 1;
  }

  givePage(page: number): void {
    this.#native.release(this.#store, page);
    this.#freePages.push(page);
  }

  vectorsOf(page: number): Float32Array {
    return this.#blockOf(page).float32;
  }

  vectorPlace(page: number): number {
    return this.#vectorsOffset + (page % this.#pagesPerBlock) * this.#vectorSize;
  }

  keysOf(page: number): Uint32Array {
    return this.#blockOf(page).uint32;
  }

  keyPlace(page: number): number {
    return this.#keysOffset + (page % this.#pagesPerBlock) * this.#keySize;
  }

  quantise(page: number, row: number): void {
    this.#native.quantise(this.#store, page, row);
  }

  copy(fromPage: number, fromRow: number, toPage: number, toRow: number): void {
    this.#native.copy(this.#store, fromPage, fromRow, toPage, toRow);
  }

  zero(page: number, row: number): void {
    this.#native.zero(this.#store, page, row);
  }

  begin(queries: Float32Array, first: number, count: number, k: number): void {
    this.#queries = queries;
    this.#first = first;
    this.#count = count;
    this.#k = k;
  }

  scan(pages: Uint32Array, first: number, end: number, sink: Sink): void {
    const hits = this.#hits;
    for (let from = first; from < end; ) {
      for (let query = 0; query < this.#count; query += 1) {
        this.#floors[query] = sink.floorOf(query);
      }
      from = this.#native.scan(
        this.#store,
        pages,
        from,
        end,
        this.#queries,
        this.#first,
        this.#count,
        this.#k,
        this.#floors,
        hits,
      );
      for (let hit = hits[0] as number; hit > 0; hit -= 1) {
        const at = hit * hitWords;
        sink.take(hits[at] as number, hits[at + 1] as number, this.#scores[at + 2] as number);
      }
    }
  }

  forget(): void {
    this.#hits.fill(0, 0, ((this.#hits[0] as number) + 1) * hitWords);
    this.#queries = new Float32Array(0);
    this.#count = 0;
  }

  #blockOf(page: number): Block {
    return this.#blocks[Math.floor(page / this.#pagesPerBlock)] as Block;
  }
}
