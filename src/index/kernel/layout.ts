import type { Form } from "./form.js";

/** Rows and queries are taken in groups of this many. */
export const lanes = 4;
/** Bytes of one hit: i32 row, i32 mask of lanes, 8 bytes left out, f32 bound of each lane. */
export const hitBytes = 32;
/** Bytes of the limits of four queries: f32 reach of each, then f32 cutoff of each. */
export const limitsBytes = 32;
/** Bytes of a row after its elements: f32 scale, f32 error. */
export const rowTailBytes = 8;
/** Unit in which a kernel's memory grows. */
export const growthUnitBytes = 65_536;
/** Most units: 4 GiB, what 32-bit addresses reach. */
export const growthUnitsMax = 65_536;

/** The memory that a kernel scans. Its buffer is another one after it has grown. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /** Adds this many units, zeroed. @throws RangeError when they cannot be had, or are too many */
  grow(units: number): void;
}

/**
 * Compares rows with queries. All arguments are byte offsets into the memory but `count` and
 * `stride`; the layout of what lies there is told at the head of scan.wat.
 * @param count rows, a multiple of four
 * @param stride elements of a row, as the kernel's form has it
 * @returns hits written
 */
export type Scan = (
  rows: number,
  count: number,
  stride: number,
  queries: number,
  limits: number,
  hits: number,
) => number;

/** Finds the rows whose bound reaches a query's cutoff. */
export interface ScanKernel {
  readonly name: "relaxed-simd" | "simd" | "scalar";
  readonly form: Form;
  readonly memory: KernelMemory;
  /** One query; the lanes of a hit are four rows. */
  readonly scan1: Scan;
  /** Four queries; the lanes of a hit are the queries. */
  readonly scan4: Scan;
}
