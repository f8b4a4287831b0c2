import { elementsAtOnce, laneCount } from "../quantise-narrow.js";
import { type Form, narrowForm, wideForm } from "./form.js";
import {
  growthUnitBytes,
  growthUnitsMax,
  hitBytes,
  type KernelMemory,
  lanes,
  rowTailBytes,
  type ScanKernel,
} from "./layout.js";

/**
 * What scan.wat does, in TypeScript: the reference that it is held to, and the kernel where there
 * is no WebAssembly SIMD. Same layout, same hits, same bits.
 */
export function createScalarKernel(memory: KernelMemory = createPlainMemory()): ScanKernel {
  return kernelOf(memory, wideForm, wideSum);
}

/** The same of relaxed.wat, which it is held to. */
export function createNarrowScalarKernel(memory: KernelMemory): ScanKernel {
  return kernelOf(memory, narrowForm, narrowSum);
}

function kernelOf(memory: KernelMemory, form: Form, sumOf: SumOf): ScanKernel {
  return {
    name: "scalar",
    form,
    memory,
    scan1(rows, count, stride, query, limits, hits) {
      const view = viewOf(memory.buffer);
      const cutoff = view.float32[limits / 4 + lanes] as number;
      const place = { query, lane: 0, interleaved: 1 };
      let hit = hits;
      for (let row = 0; row < count; row += lanes) {
        let mask = 0;
        for (let lane = 0; lane < lanes; lane += 1) {
          const at = rows + (row + lane) * (stride + rowTailBytes);
          const bound = boundOf(view, at, stride, sumOf(view, at, stride, place), limits);
          if (bound >= cutoff) mask |= 1 << lane;
          view.float32[hit / 4 + 4 + lane] = bound;
        }
        if (mask !== 0) hit = endHit(view, hit, row, mask);
      }
      return (hit - hits) / hitBytes;
    },
    scan4(rows, count, stride, queries, limits, hits) {
      const view = viewOf(memory.buffer);
      const places = Array.from({ length: lanes }, (_, lane) => {
        return { query: queries, lane, interleaved: lanes };
      });
      let hit = hits;
      for (let row = 0; row < count; row += 1) {
        const at = rows + row * (stride + rowTailBytes);
        let mask = 0;
        for (const place of places) {
          const { lane } = place;
          const limit = limits + 4 * lane;
          const bound = boundOf(view, at, stride, sumOf(view, at, stride, place), limit);
          if (bound >= (view.float32[limit / 4 + lanes] as number)) mask |= 1 << lane;
          view.float32[hit / 4 + 4 + lane] = bound;
        }
        if (mask !== 0) hit = endHit(view, hit, row, mask);
      }
      return (hit - hits) / hitBytes;
    },
  };
}

interface View {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
}

function viewOf(buffer: ArrayBuffer): View {
  return {
    int8: new Int8Array(buffer),
    int16: new Int16Array(buffer),
    int32: new Int32Array(buffer),
    float32: new Float32Array(buffer),
  };
}

/** Where a group of queries begins, which of it is meant, and how many take turns in it. */
interface QueryAt {
  readonly query: number;
  readonly lane: number;
  readonly interleaved: number;
}

/** The sum of the products of one row and one query. */
type SumOf = (view: View, row: number, stride: number, at: QueryAt) => number;

function wideSum({ int8, int16 }: View, row: number, stride: number, at: QueryAt): number {
  let sum = 0;
  let next = at.query / 2 + 8 * at.lane;
  for (let i = 0; i < stride; i += 8) {
    for (let j = 0; j < 8; j += 1) {
      // Whole numbers to the engine, too: a fifth faster than sums that might be fractions.
      sum = (sum + Math.imul(int8[row + i + j] as number, int16[next + j] as number)) | 0;
    }
    next += 8 * at.interleaved;
  }
  return sum;
}

function narrowSum({ int8, int16 }: View, row: number, stride: number, at: QueryAt): number {
  const firstSum = at.query / 2 + laneCount * at.lane;
  const first = at.query + 2 * laneCount * at.interleaved + elementsAtOnce * at.lane;
  let sum = 0;
  for (let lane = 0; lane < laneCount; lane += 1) {
    let own = int16[firstSum + lane] as number;
    for (let i = 2 * lane; i < stride; i += elementsAtOnce) {
      const next = first + (i - 2 * lane) * at.interleaved + 2 * lane;
      own += (int8[row + i] as number) * (int8[next] as number);
      own += (int8[row + i + 1] as number) * (int8[next + 1] as number);
    }
    // Of 16 bits.
    sum += (own << 16) >> 16;
  }
  return sum;
}

/** The bound of one row for one query, of which the sum is known. */
function boundOf(
  { float32 }: View,
  row: number,
  stride: number,
  sum: number,
  limits: number,
): number {
  const tail = (row + stride) / 4;
  const score = Math.fround(Math.fround(sum) * (float32[tail] as number));
  const error = Math.fround((float32[tail + 1] as number) * (float32[limits / 4] as number));
  return Math.fround(score + error);
}

function endHit({ int32 }: View, hit: number, row: number, mask: number): number {
  int32[hit / 4] = row;
  int32[hit / 4 + 1] = mask;
  return hit + hitBytes;
}

/** A memory without WebAssembly: it grows by being copied, and what is left behind is zeroed. */
function createPlainMemory(): KernelMemory {
  let buffer = new ArrayBuffer(0);
  return {
    get buffer() {
      return buffer;
    },
    grow(units) {
      const bytes = buffer.byteLength + units * growthUnitBytes;
      if (bytes > growthUnitsMax * growthUnitBytes) throw new RangeError("4 GiB is the most");
      const grown = new ArrayBuffer(bytes);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      new Uint8Array(buffer).fill(0);
      buffer = grown;
    },
  };
}
