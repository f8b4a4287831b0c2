import { describe, expect, test, vi } from "vitest";
import { faultOf } from "../../src/index/kernel/self-test.js";
import { availableKernels, createSlab } from "../../src/index/slab.js";

describe("slab", () => {
  test("is scanned by the fastest kernel there is", () => {
    const slab = createSlab(160);
    expect(slab.kernel).toBe(availableKernels().names[0]);
  });

  test("a kernel that misses a row fails its test, and so does one that scores it wrongly", () => {
    const open = (dimension: number) => createSlab(dimension, "scalar");
    expect(faultOf(open)).toBeNull();
    const missing = faultOf((dimension) => {
      const slab = open(dimension);
      const scan = slab.scan.bind(slab);
      slab.scan = (pages, first, end, sink) => scan(pages, first, end - 64, sink);
      return slab;
    });
    expect(missing).toMatch(/it found nothing/);
    const wrong = faultOf((dimension) => {
      const slab = open(dimension);
      const scan = slab.scan.bind(slab);
      slab.scan = (pages, first, end, sink) =>
        scan(pages, first, end, {
          floorOf: sink.floorOf,
          take: (query, row, score) => sink.take(query, row, score * 0.999),
        });
      return slab;
    });
    expect(wrong).toMatch(/scores/);
    const broken = faultOf(() => {
      throw new Error("illegal instruction");
    });
    expect(broken).toBe("illegal instruction");
  });

  test("a kernel that fails is passed over, and it is told which and why", async () => {
    vi.resetModules();
    vi.doMock("../../src/index/kernel/native-slab.js", () => ({
      NativeSlab: class {
        constructor() {
          throw new Error("cannot run here");
        }
      },
    }));
    const { createSlab: create } = await import("../../src/index/slab.js");
    const slab = create(8);
    expect(["relaxed-simd", "simd", "scalar"]).toContain(slab.kernel);
    const native = availableKernels().names.filter((name) => name.startsWith("native"));
    const tried = native.filter((name) => name !== "native-scalar");
    const faults = tried.map((name) => `${name}: cannot run here`);
    expect(slab.passedOver).toEqual([...availableKernels().passedOver, ...faults]);
    vi.doUnmock("../../src/index/kernel/native-slab.js");
  });
});
