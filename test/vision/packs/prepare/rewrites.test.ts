import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rewrite } from "../../../../src/vision/packs/manifest.js";
import { sampleBytes } from "../samples.js";
import {
  largestDifference,
  noise,
  type Outputs,
  preparedModel,
  rewritten,
  row,
  runModel,
  sourceModel,
} from "./models.js";

async function photograph(width: number, height: number): Promise<Float32Array> {
  const resized = sharp(sampleBytes(1)).removeAlpha().resize(width, height, { fit: "fill" });
  const pixels = await resized.raw().toBuffer();
  const plane = width * height;
  return Float32Array.from({ length: 3 * plane }, (_, i) => {
    const level = pixels[(i % plane) * 3 + Math.floor(i / plane)] ?? 0;
    return (level - 127) / 128;
  });
}

describe("the detector, cut before its decoding", () => {
  const shape = [1, 3, 240, 320];
  let original: Outputs;
  let cut: Outputs;

  beforeAll(async () => {
    const values = await photograph(320, 240);
    original = await runModel(sourceModel("fr_detect.onnx"), "input", values, shape);
    cut = await runModel(preparedModel("detector.onnx"), "input", values, shape);
  });

  test("gives the scores of the original", () => {
    const { scores } = cut;
    expect(scores?.dims).toEqual([1, 4420, 2]);
    const { data: before = noise(0) } = original["scores"] ?? {};
    expect(largestDifference(scores?.data ?? noise(1), before)).toBeLessThan(1e-6);
  });

  test("gives the locations from which the original decoded its boxes", () => {
    const { data: locations = noise(0) } = cut["locations"] ?? {};
    const { data: boxes = noise(0) } = original["boxes"] ?? {};
    const decoded = decodeAll(locations, 320, 240);
    expect(decoded).toHaveLength(4420 * 4);
    expect(largestDifference(decoded, boxes)).toBeLessThan(1e-5);
  });

  test("takes any size, and several images at once", async () => {
    const [one, other] = [await photograph(448, 256), noise(3 * 448 * 256)];
    const both = new Float32Array(one.length * 2);
    both.set(one);
    both.set(other, one.length);
    const model = preparedModel("detector.onnx");
    const alone = await runModel(model, "input", one, [1, 3, 256, 448]);
    const together = await runModel(model, "input", both, [2, 3, 256, 448]);
    const priors = 3 * 56 * 32 + 2 * 28 * 16 + 2 * 14 * 8 + 3 * 7 * 4;
    expect(together["scores"]?.dims).toEqual([2, priors, 2]);
    const first = together["scores"]?.data.slice(0, priors * 2) ?? noise(0);
    expect(largestDifference(first, alone["scores"]?.data ?? noise(1))).toBeLessThan(1e-6);
  });
});

/**
 * The decoding that was cut off; boxes in 0..1. Where the image is no whole number of cells, the
 * cells are spread over it; and no prior is larger than the image.
 */
function decodeAll(locations: Float32Array, width: number, height: number): Float32Array {
  const maps: [number, number[]][] = [
    [8, [10, 16, 24]],
    [16, [32, 48]],
    [32, [64, 96]],
    [64, [128, 192, 256]],
  ];
  const boxes: number[] = [];
  for (const [stride, sizes] of maps) {
    const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    for (let cell = 0; cell < rows * columns; cell++) {
      for (const size of sizes) {
        const [dx = 0, dy = 0, dw = 0, dh = 0] = locations.slice(boxes.length, boxes.length + 4);
        const [pw, ph] = [Math.min(size / width, 1), Math.min(size / height, 1)];
        const cx = ((cell % columns) + 0.5) / columns + dx * 0.1 * pw;
        const cy = (Math.floor(cell / columns) + 0.5) / rows + dy * 0.1 * ph;
        const [w, h] = [pw * Math.exp(dw * 0.2), ph * Math.exp(dh * 0.2)];
        boxes.push(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2);
      }
    }
  }
  return Float32Array.from(boxes);
}

describe("a free batch", () => {
  test.each([
    ["embedder.onnx", [3, 112, 112]],
    ["landmarks.onnx", [1, 64, 64]],
    ["liveness.onnx", [3, 128, 128]],
  ])("of three gives what three runs of %s give", async (file, shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const inputs = noise(3 * size);
    const model = preparedModel(file);
    const together = await runModel(model, "input", inputs, [3, ...shape]);
    expect(together["output"]?.dims[0]).toBe(3);
    for (let i = 0; i < 3; i++) {
      const alone = await runModel(model, "input", inputs.slice(i * size, (i + 1) * size), [
        1,
        ...shape,
      ]);
      const mine = row(together["output"] ?? { dims: [], data: noise(0) }, i);
      expect(largestDifference(mine, alone["output"]?.data ?? noise(1))).toBeLessThan(1e-5);
    }
  });

  test("frees the batch that the shape of a Reshape fixes", async () => {
    const model = rewritten(sourceModel("fr_feature.onnx"), [
      { rewrite: "free-batch", constant: "703" },
      { rewrite: "shape", tensor: "input", dimensions: ["batch", 3, 112, 112] },
      { rewrite: "shape", tensor: "output", dimensions: ["batch", 512] },
    ]);
    const outputs = await runModel(model, "input", noise(2 * 37632), [2, 3, 112, 112]);
    expect(outputs["output"]?.dims).toEqual([2, 512]);
  });
});

describe("rewriteModel()", () => {
  const wrong: [string, string, Rewrite][] = [
    [
      "cutting at a tensor that is not there",
      'no node makes the tensor "nowhere"',
      { rewrite: "cut", outputs: [{ tensor: "nowhere", name: "out" }] },
    ],
    [
      "renaming to a name that is taken",
      'the name "scores" is taken',
      { rewrite: "cut", outputs: [{ tensor: "462", name: "scores" }] },
    ],
    [
      "shaping a tensor inside the graph",
      "neither an input nor an output",
      { rewrite: "shape", tensor: "462", dimensions: [1] },
    ],
    [
      "freeing a constant that is not there",
      'no constant "nowhere"',
      { rewrite: "free-batch", constant: "nowhere" },
    ],
    [
      "freeing weights",
      "is not int64",
      { rewrite: "free-batch", constant: "classification_headers.3.bias" },
    ],
    [
      "folding an output that is not linear",
      "folding needs Reshape",
      { rewrite: "fold-output", tensor: "scores", dimension: 2 },
    ],
  ];
  test.each(wrong)("refuses %s", (_, message, step) => {
    const bytes = sourceModel("fr_detect.onnx");
    expect(() => rewritten(bytes, [step])).toThrow(message);
    expect(() => rewritten(bytes, [step])).toThrow(`rewrite "${step.rewrite}"`);
  });
});
