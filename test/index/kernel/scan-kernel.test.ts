import { expect, test } from "vitest";
import { growthUnitBytes } from "../../../src/index/kernel/layout.js";
import { createScalarKernel } from "../../../src/index/kernel/scalar-kernel.js";
import { createRelaxedKernel, createScanKernel } from "../../../src/index/kernel/scan-kernel.js";

test("the compiled kernel is used where Node runs WebAssembly SIMD", () => {
  expect(createScanKernel().name).toBe("simd");
});

test("the kernel of relaxed SIMD is there in every Node.js that this project runs in", () => {
  expect(createRelaxedKernel()?.name).toBe("relaxed-simd");
});

test("the scalar kernel takes its place without WebAssembly, or without its SIMD", () => {
  const { WebAssembly } = globalThis;
  try {
    Reflect.set(globalThis, "WebAssembly", { validate: () => false });
    expect(createScanKernel().name).toBe("scalar");
    expect(createRelaxedKernel()).toBeNull();
    Reflect.deleteProperty(globalThis, "WebAssembly");
    expect(createScanKernel().name).toBe("scalar");
  } finally {
    Reflect.set(globalThis, "WebAssembly", WebAssembly);
  }
});

test.each([createScanKernel, () => createScalarKernel()])(
  "a memory that grows keeps what it holds, up to 4 GiB",
  (create) => {
    const { memory } = create();
    memory.grow(1);
    const small = memory.buffer;
    new Uint8Array(small).fill(7);
    memory.grow(2);
    const large = new Uint8Array(memory.buffer);
    expect(large.length).toBe(3 * growthUnitBytes);
    expect(large.subarray(0, growthUnitBytes).every((byte) => byte === 7)).toBe(true);
    expect(large.subarray(growthUnitBytes).every((byte) => byte === 0)).toBe(true);
    // What was left behind is detached, or zeroed.
    if (small.byteLength > 0) expect(new Uint8Array(small).some((byte) => byte !== 0)).toBe(false);
    expect(() => memory.grow(65_536)).toThrow(RangeError);
  },
);
