import { createRequire } from "node:module";
import { workerEntry } from "../../base/worker-entry.js";

/** What native/binding.cc exports; the arguments are told there. Wrong ones throw RangeError. */
export interface NativeScan {
  /** Names of the kernels that this processor runs, the fastest first. */
  kernels(): readonly string[];
  open(dimension: number, kernel: string): NativeStore;
  /** pagesPerBlock, hotBytes, keysOffset, keyBytes, vectorsOffset, vectorBytes */
  layout(store: NativeStore): readonly [number, number, number, number, number, number];
  grow(store: NativeStore): ArrayBuffer;
  quantise(store: NativeStore, page: number, row: number): void;
  copy(store: NativeStore, page: number, row: number, toPage: number, toRow: number): void;
  zero(store: NativeStore, page: number, row: number): void;
  release(store: NativeStore, page: number): void;
  scan(
    store: NativeStore,
    pages: Uint32Array,
    first: number,
    end: number,
    queries: Float32Array,
    firstQuery: number,
    count: number,
    k: number,
    floors: Float64Array,
    hits: Int32Array,
  ): number;
}

declare const store: unique symbol;
/** A handle that only native code looks into. */
export interface NativeStore {
  readonly [store]: true;
}

/** The native kernels, or why there are none. */
export type Loaded = { readonly scan: NativeScan } | { readonly why: string };

/** Loads what the build compiled for this machine. */
export function loadNative(): Loaded {
  const file = workerEntry(import.meta.url, "scan.node");
  try {
    return { scan: createRequire(import.meta.url)(file.pathname) as NativeScan };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
    return { why: `the native kernel does not load: ${why}` };
  }
}
