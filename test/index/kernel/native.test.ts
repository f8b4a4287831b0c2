import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadNative } from "../../../src/index/kernel/native.js";
import { rowsPerPage } from "../../../src/index/kernel/pages.js";
import { availableKernels } from "../../../src/index/slab.js";

const loaded = loadNative();
const isHere = "scan" in loaded;

describe("native kernel", () => {
  test("either loads, or says why it does not", () => {
    if ("why" in loaded) {
      expect(loaded.why).toMatch(/does not load/);
      expect(availableKernels().passedOver).toContain(loaded.why);
    } else {
      expect(loaded.scan.kernels()).toContain("native-scalar");
      expect(availableKernels().names[0]).toBe(loaded.scan.kernels()[0]);
    }
  });

  test.runIf(isHere)("refuses what it does not have", () => {
    if (!isHere) return;
    const native = loaded.scan;
    for (const dimension of [0, -1, 1.5, 4_097, Number.NaN]) {
      expect(() => native.open(dimension, "native-scalar")).toThrow(RangeError);
    }
    expect(() => native.open(3, "native-none")).toThrow(RangeError);
    expect(() => native.grow({} as never)).toThrow(RangeError);
    const store = native.open(3, "native-scalar");
    // Before there is a page there is none to write.
    expect(() => native.quantise(store, 0, 0)).toThrow(RangeError);
    native.grow(store);
    expect(() => native.quantise(store, 0, rowsPerPage)).toThrow(RangeError);
    expect(() => native.copy(store, 0, 0, 1e9, 0)).toThrow(RangeError);
    expect(() => native.release(store, -1)).toThrow(RangeError);
  });

  test.runIf(isHere)("throws for a scan beyond its arrays, and reads nothing", () => {
    if (!isHere) return;
    const native = loaded.scan;
    const store = native.open(5, native.kernels()[0] as string);
    native.grow(store);
    const good = [
      store,
      new Uint32Array([0, 1]),
      0,
      2 * rowsPerPage,
      new Float32Array(5 * 4),
      0,
      4,
      3,
      new Float64Array(64),
      new Int32Array(3 * 7_000),
    ] as const;
    expect(native.scan(...good)).toBe(2 * rowsPerPage);
    const bad: readonly (readonly [number, unknown])[] = [
      [1, new Uint32Array(1)],
      [1, new Uint32Array([0, 4_000_000_000])],
      [1, new Float32Array(2)],
      [2, 2 * rowsPerPage + 1],
      [3, 2 * rowsPerPage + 1],
      [3, 2 ** 32 + 64],
      [4, new Float32Array(5 * 4 - 1)],
      [5, 1],
      [6, 0],
      [6, 65],
      [7, 0],
      [7, 4_097],
      [8, new Float64Array(3)],
      [9, new Int32Array(300)],
      [9, null],
    ];
    for (const [place, value] of bad) {
      const given = [...good] as unknown[];
      given[place] = value;
      expect(() => Reflect.apply(native.scan, native, given), `${place}`).toThrow(RangeError);
    }
    expect(() => Reflect.apply(native.scan, native, [store])).toThrow(RangeError);
  });

  test.runIf(isHere)("numbers that are none neither end it nor are found", () => {
    if (!isHere) return;
    const native = loaded.scan;
    fc.assert(
      fc.property(
        fc.constantFrom(...native.kernels()),
        fc.array(fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, 3e38, 1e-45)), {
          minLength: 9,
          maxLength: 9,
        }),
        (kernel, values) => {
          const store = native.open(9, kernel);
          const [, , , , vectorsOffset] = native.layout(store);
          const floats = new Float32Array(native.grow(store));
          floats.set(values, vectorsOffset / 4);
          native.quantise(store, 0, 0);
          const queries = Float32Array.from(values);
          const floors = new Float64Array(1).fill(-Infinity);
          const hits = new Int32Array(3 * 7_000);
          expect(native.scan(store, new Uint32Array(1), 0, 1, queries, 0, 1, 1, floors, hits)).toBe(
            1,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
