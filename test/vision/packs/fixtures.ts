import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { CordonError } from "../../../src/base/errors.js";
import { sha256Of } from "../../../src/vision/packs/hash.js";
import type { PackManifest } from "../../../src/vision/packs/manifest.js";
import { defaultModelsDir, defaultPack } from "../../../src/vision/packs/models-dir.js";
import { onnxFromObject, writeOnnx } from "../../../src/vision/packs/prepare/onnx-file.js";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cordon-packs-test-"));
  folders.push(folder);
  return folder;
}

/** A models folder with the default pack in it, prepared. */
export function modelsWithDefault(): string {
  const folder = temporaryFolder();
  copyFileSync(
    join(defaultModelsDir(), `${defaultPack}.json`),
    join(folder, `${defaultPack}.json`),
  );
  symlinkSync(join(defaultModelsDir(), defaultPack), join(folder, defaultPack));
  return folder;
}

export interface Plain {
  [key: string]: unknown;
}

/** Puts a pack into a models folder: its manifest, changed at will, and its embedder. */
export function installPack(
  modelsDir: string,
  name: string,
  change: (m: Plain) => void = () => {},
) {
  const embedder = tinyEmbedder();
  mkdirSync(join(modelsDir, name), { recursive: true });
  writeFileSync(join(modelsDir, name, "tiny.onnx"), embedder);
  writeManifest(modelsDir, tinyManifest(name, embedder), change);
}

export function writeManifest(modelsDir: string, manifest: Plain, change: (m: Plain) => void) {
  const file = String(manifest["name"]);
  change(manifest);
  writeFileSync(join(modelsDir, `${file}.json`), JSON.stringify(manifest));
}

/** As a user would write it: an RGB embedder of another size, all else borrowed. */
export function tinyManifest(name: string, embedder: Uint8Array): Plain {
  const manifest: PackManifest = {
    schema: 1,
    name,
    description: "An embedder made by a test.",
    source: { kind: "local" },
    licence: { code: "Apache-2.0", weights: "Apache-2.0" },
    trainingData: "None: its weights are a formula.",
    detector: { borrow: defaultPack },
    landmarks: { borrow: defaultPack },
    embedder: {
      input: {
        tensor: "data",
        sizePx: tinySizePx,
        channels: "RGB",
        mean: [127.5, 127.5, 127.5],
        std: [127.5, 127.5, 127.5],
        layout: "NCHW",
      },
      output: "fc1",
      dimension: tinyDimension,
      alignment: [
        [32.8, 44.3],
        [63.0, 44.1],
        [48.0, 61.5],
        [35.6, 79.2],
        [60.6, 79.0],
      ],
      flipAverage: false,
      file: { file: "tiny.onnx", sha256: sha256Of(embedder) },
    },
    calibration: {
      comment: "Made up.",
      dataset: "none",
      impostorPairs: 0,
      impostorTail: [
        [0, 0],
        [1, -6],
      ],
    },
  };
  return manifest as unknown as Plain;
}

export const tinySizePx = 96;
export const tinyDimension = 128;
const cells = 4;

/** Weight of one input of the tiny embedder's last layer. */
export function tinyWeight(output: number, input: number): number {
  return Math.sin(1 + output * 7.3 + input * 3.1);
}

/** Means of 4 x 4 cells per channel, through a layer of `tinyWeight`. */
export function tinyEmbedder(batch: number | string = "batch"): Uint8Array {
  const inputs = 3 * cells * cells;
  const weights = Float32Array.from({ length: tinyDimension * inputs }, (_, i) =>
    tinyWeight(Math.floor(i / inputs), i % inputs),
  );
  const kernel = tinySizePx / cells;
  const sides = { type: 7, ints: [kernel, kernel] };
  return writeOnnx(
    onnxFromObject({
      ir_version: 7,
      opset_import: [{ version: 13 }],
      graph: {
        name: "tiny",
        node: [
          {
            op_type: "AveragePool",
            input: ["data"],
            output: ["cells"],
            attribute: [
              { name: "kernel_shape", ...sides },
              { name: "strides", ...sides },
            ],
          },
          { op_type: "Flatten", input: ["cells"], output: ["flat"] },
          {
            op_type: "Gemm",
            input: ["flat", "weights"],
            output: ["fc1"],
            attribute: [{ name: "transB", type: 2, i: 1 }],
          },
        ],
        initializer: [floatTensor("weights", [tinyDimension, inputs], weights)],
        input: [floatValue("data", [batch, 3, tinySizePx, tinySizePx])],
        output: [floatValue("fc1", [batch, tinyDimension])],
      },
    }),
  );
}

export function floatTensor(name: string, dims: number[], values: Float32Array): Plain {
  return { name, dims, data_type: 1, raw_data: new Uint8Array(values.buffer) };
}

export function int64Tensor(name: string, values: number[]): Plain {
  return { name, dims: [values.length], data_type: 7, int64_data: values };
}

export function floatValue(name: string, shape: (number | string)[]): Plain {
  const dim = shape.map((d) => (typeof d === "number" ? { dim_value: d } : { dim_param: d }));
  return { name, type: { tensor_type: { elem_type: 1, shape: { dim } } } };
}

/** The error of a call that has to fail. */
export async function errorOf(work: () => unknown): Promise<CordonError> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof CordonError) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}
