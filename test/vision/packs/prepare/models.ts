import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Rewrite } from "../../../../src/vision/packs/manifest.js";
import { defaultModelsDir, defaultPack } from "../../../../src/vision/packs/models-dir.js";
import { readOnnx, writeOnnx } from "../../../../src/vision/packs/prepare/onnx-file.js";
import { rewriteModel } from "../../../../src/vision/packs/prepare/rewrites.js";

/** The bytes of a model of the default pack as they were fetched. */
export function sourceModel(file: string): Uint8Array {
  return readFileSync(join(defaultModelsDir(), defaultPack, "source", file));
}

/** A model of the default pack as it was prepared. */
export function preparedModel(file: string): Uint8Array {
  return readFileSync(join(defaultModelsDir(), defaultPack, file));
}

export function rewritten(bytes: Uint8Array, rewrites: readonly Rewrite[]): Uint8Array {
  const model = readOnnx(bytes);
  rewriteModel(model, rewrites);
  return writeOnnx(model);
}

export type Outputs = Readonly<Record<string, { dims: readonly number[]; data: Float32Array }>>;

/** Runs a model with one input. */
export async function runModel(
  bytes: Uint8Array,
  input: string,
  values: Float32Array,
  shape: readonly number[],
): Promise<Outputs> {
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 as const };
  const session = await InferenceSession.create(bytes, options);
  try {
    const outputs = await session.run({ [input]: new Tensor("float32", values, shape) });
    return outputs as unknown as Outputs;
  } finally {
    await session.release();
  }
}

/** Numbers in -1..1 that look random and are the same every time. */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Row `i` of a [rows, columns] output. */
export function row({ dims, data }: Outputs[string], i: number): Float32Array {
  const columns = dims[1] ?? 0;
  return data.slice(i * columns, (i + 1) * columns);
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? 0))), 0);
}
