import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../../../../src/vision/engine.js";
import { engineDefaults } from "../../../../src/vision/options.js";
import { type LoadedPack, loadPack } from "../../../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../../../src/vision/packs/models-dir.js";
import { onnxFromObject, writeOnnx } from "../../../../src/vision/packs/prepare/onnx-file.js";
import { floatTensor, floatValue, int64Tensor, temporaryFolder } from "../fixtures.js";
import { sampleBytes, sampleNumbers } from "../samples.js";
import { cosine, noise, preparedModel, rewritten, row, runModel, sourceModel } from "./models.js";

/** What folding may change of a cosine, as the model card states it. */
const cosineTolerance = 3e-4;

/** The embedder as it came, only with a free batch. */
function unfolded(): Uint8Array {
  return rewritten(sourceModel("fr_feature.onnx"), [
    { rewrite: "free-batch", constant: "703" },
    { rewrite: "shape", tensor: "input", dimensions: ["batch", 3, 112, 112] },
    { rewrite: "shape", tensor: "output", dimensions: ["batch", 512] },
  ]);
}

async function embedSamples(pack: LoadedPack): Promise<Float32Array[]> {
  const engine = await createEngine(pack, { ...engineDefaults, faceSizeMinPx: 60 });
  try {
    const found: Float32Array[] = [];
    for (const number of sampleNumbers) {
      // Half the size: as many faces in a quarter of the time.
      const bytes = await sharp(sampleBytes(number)).resize(960).jpeg().toBuffer();
      const answer = await engine.analyse({ kind: "image", bytes });
      found.push(...answer.faces.map(({ embedding }) => embedding));
    }
    return found;
  } finally {
    await engine.close();
  }
}

/** Largest difference between the cosines of the same pairs, over all pairs. */
function largestCosineDifference(one: Float32Array[], other: Float32Array[]): number {
  let most = 0;
  for (const [i, a] of one.entries()) {
    for (const [j, b] of one.slice(0, i).entries()) {
      const [c, d] = [other[i], other[j]];
      if (c === undefined || d === undefined) throw new Error("not the same number of faces");
      most = Math.max(most, Math.abs(cosine(a, b) - cosine(c, d)));
    }
  }
  return most;
}

describe("the embedder folded from 512 to 160 dimensions", () => {
  let original: Uint8Array;
  beforeAll(() => {
    original = unfolded();
  });

  test("keeps every cosine over the faces of the photographs within 3e-4", async () => {
    const path = join(temporaryFolder(), "unfolded.onnx");
    writeFileSync(path, original);
    const pack = loadPack(defaultModelsDir(), defaultPack);
    const long = await embedSamples({
      ...pack,
      embedder: { ...pack.embedder, path, dimension: 512 },
    });
    const short = await embedSamples(pack);
    expect(short.length).toBeGreaterThanOrEqual(20);
    expect(short[0]).toHaveLength(160);
    expect(largestCosineDifference(long, short)).toBeLessThan(cosineTolerance);
  });

  test("keeps every cosine over noise of any strength within 3e-4", async () => {
    const count = 24;
    const size = 3 * 112 * 112;
    const images = noise(count * size).map((v, i) => v * 0.9 ** (Math.floor(i / size) % 12));
    const shape = [count, 3, 112, 112];
    const long = await runModel(original, "input", images, shape);
    const short = await runModel(preparedModel("embedder.onnx"), "input", images, shape);
    const rows = (outputs: typeof long) =>
      Array.from({ length: count }, (_, i) =>
        row(outputs["output"] ?? { dims: [], data: noise(0) }, i),
      );
    expect(largestCosineDifference(rows(long), rows(short))).toBeLessThan(cosineTolerance);
  });
});

/** A 1x1 convolution of a given rank, with a bias, and the Reshape after it. */
function linearModel(channels: number, inputs: number, rank: number, seed: number): Uint8Array {
  const left = noise(channels * rank, seed);
  const right = noise(rank * (inputs + 1), seed + 1);
  const entry = (c: number, k: number) => {
    let sum = 0;
    for (let r = 0; r < rank; r++) {
      sum += (left[c * rank + r] ?? 0) * (right[r * (inputs + 1) + k] ?? 0);
    }
    return sum;
  };
  const weight = Float32Array.from({ length: channels * inputs }, (_, i) =>
    entry(Math.floor(i / inputs), i % inputs),
  );
  const bias = Float32Array.from({ length: channels }, (_, c) => entry(c, inputs));
  return writeOnnx(
    onnxFromObject({
      ir_version: 7,
      opset_import: [{ version: 13 }],
      graph: {
        name: "linear",
        node: [
          { op_type: "Conv", input: ["x", "w", "b"], output: ["y"] },
          { op_type: "Reshape", input: ["y", "shape"], output: ["out"] },
        ],
        initializer: [
          floatTensor("w", [channels, inputs, 1, 1], weight),
          floatTensor("b", [channels], bias),
          int64Tensor("shape", [1, channels]),
        ],
        input: [floatValue("x", ["batch", inputs, 1, 1])],
        output: [floatValue("out", ["batch", channels])],
      },
    }),
  );
}

describe("the rewrite fold-output", () => {
  test("loses nothing of a layer whose rank, bias included, is the dimension", async () => {
    const sizes = fc.record({
      rank: fc.integer({ min: 1, max: 6 }),
      inputs: fc.integer({ min: 6, max: 20 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rank, inputs, seed }) => {
        const bytes = linearModel(24, inputs, rank, seed);
        const folded = rewritten(bytes, [
          { rewrite: "fold-output", tensor: "out", dimension: rank },
          { rewrite: "shape", tensor: "out", dimensions: ["batch", rank] },
        ]);
        const x = noise(2 * inputs, seed + 2);
        const short = await runModel(folded, "x", x, [2, inputs, 1, 1]);
        const long = await Promise.all(
          [0, 1].map((i) => {
            const one = x.slice(i * inputs, (i + 1) * inputs);
            return runModel(bytes, "x", one, [1, inputs, 1, 1]);
          }),
        );
        const [a = noise(0), b = noise(0)] = long.map((o) => o["out"]?.data);
        const out = short["out"] ?? { dims: [], data: noise(0) };
        expect(out.dims).toEqual([2, rank]);
        expect(cosine(row(out, 0), row(out, 1))).toBeCloseTo(cosine(a, b), 4);
      }),
      { numRuns: 30 },
    );
  });

  test("refuses to make the output longer", () => {
    const step = { rewrite: "fold-output" as const, tensor: "out", dimension: 24 };
    expect(() => rewritten(linearModel(24, 8, 3, 1), [step])).toThrow("only 24 channels");
  });
});
