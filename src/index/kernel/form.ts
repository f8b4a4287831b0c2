import { type QueryBound, quantiseQuery, quantiseRow, strideOf } from "../quantise.js";
import {
  elementsAtOnce,
  laneCount,
  laneOf,
  narrowStrideOf,
  quantiseQueryNarrow,
  quantiseRowNarrow,
  rowOffset,
} from "../quantise-narrow.js";

/** Where a query of a group goes in the memory of a kernel. */
export interface GroupPlace {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  /** Of the group, in bytes. */
  readonly queries: number;
  /** Which of the group it is. */
  readonly lane: number;
  /** Queries whose elements take turns: those of the group, or this one alone. */
  readonly interleaved: number;
}

/** How rows and queries look to a kernel. The heads of scan.wat and relaxed.wat show them. */
export interface Form {
  /** Elements of a row, one byte each. */
  strideOf(dimension: number): number;
  /**
   * @param elements receives the row's elements; what lies behind them stays zero
   * @param tail receives scale and error
   */
  quantiseRow(vector: Float32Array, elements: Int8Array, tail: Float32Array): void;
  placeQuery(vector: Float32Array, place: GroupPlace): QueryBound;
}

/** Rows of 8 bits, queries of 16, sums of 32: scan.wat. */
export const wideForm: Form = {
  strideOf,
  quantiseRow,
  placeQuery(vector, { int16, queries, lane, interleaved }) {
    const first = queries / 2 + 8 * lane;
    return quantiseQuery(vector, (i, whole) => {
      int16[first + (i - (i % 8)) * interleaved + (i % 8)] = whole;
    });
  },
};

/** Rows of 7 bits without signs, queries of 8, sums of 16: relaxed.wat. */
export const narrowForm: Form = {
  strideOf: narrowStrideOf,
  quantiseRow: quantiseRowNarrow,
  placeQuery(vector, { int8, int16, queries, lane, interleaved }) {
    const sums = (queries + 2 * laneCount * lane) / 2;
    const first = queries + interleaved * 2 * laneCount + elementsAtOnce * lane;
    int16.fill(0, sums, sums + laneCount);
    return quantiseQueryNarrow(vector, (i, whole) => {
      const within = i % elementsAtOnce;
      int8[first + (i - within) * interleaved + within] = whole;
      const sum = sums + laneOf(i);
      // Wraps, as the kernel's sums do.
      int16[sum] = (int16[sum] as number) - rowOffset * whole;
    });
  },
};
