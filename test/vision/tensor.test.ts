import { describe, expect, it } from "vitest";
import { tensorShape, writeTensor } from "../../src/vision/tensor.js";

/** Two pixels side by side over two more: (1, 2, 3) (4, 5, 6) / (7, 8, 9) (10, 11, 12). */
const pixels = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => i + 1) };

function spec(channels: "RGB" | "BGR" | "GREY", layout: "NCHW" | "NHWC") {
  const count = channels === "GREY" ? 1 : 3;
  const [mean, std] = [Array<number>(count).fill(0), Array<number>(count).fill(1)];
  return { tensor: "input", channels, layout, mean, std };
}

function written(...args: Parameters<typeof spec>): number[] {
  const target = new Float32Array(12);
  writeTensor(spec(...args), pixels, target);
  return Array.from(target);
}

describe("writeTensor()", () => {
  it("writes planes or pixels, in the order of the model's channels", () => {
    expect(written("RGB", "NCHW")).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    expect(written("BGR", "NCHW")).toEqual([3, 6, 9, 12, 2, 5, 8, 11, 1, 4, 7, 10]);
    expect(written("RGB", "NHWC")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(written("BGR", "NHWC")).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
  });

  it("turns colours to luma for a grey model", () => {
    const grey = written("GREY", "NCHW").slice(0, 4);
    expect(grey[0]).toBeCloseTo(0.299 * 1 + 0.587 * 2 + 0.114 * 3, 5);
    expect(grey[3]).toBeCloseTo(0.299 * 10 + 0.587 * 11 + 0.114 * 12, 5);
  });

  it("mirrors, and starts where it is told", () => {
    const target = new Float32Array(14).fill(-1);
    writeTensor(spec("RGB", "NCHW"), pixels, target, 2, true);
    expect(Array.from(target)).toEqual([-1, -1, 4, 1, 10, 7, 5, 2, 11, 8, 6, 3, 12, 9]);
  });

  it("takes each channel's own mean and deviation, in the tensor's order", () => {
    const target = new Float32Array(12);
    const own = { ...spec("BGR", "NHWC"), mean: [1, 2, 3], std: [2, 4, 8] };
    writeTensor(own, pixels, target);
    expect(Array.from(target.subarray(0, 3))).toEqual([1, 0, -0.25]);
  });
});

describe("tensorShape()", () => {
  it("follows the layout", () => {
    expect(tensorShape(spec("RGB", "NCHW"), 5, 64, 48)).toEqual([5, 3, 48, 64]);
    expect(tensorShape(spec("GREY", "NHWC"), 5, 64, 48)).toEqual([5, 48, 64, 1]);
  });
});
