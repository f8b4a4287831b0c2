import type { EmbedderSpec } from "./packs/sections.js";
import { type Pixels, wipe } from "./raster.js";
import { outputNamed, type Session } from "./sessions.js";
import { channelCount, tensorShape, writeTensor } from "./tensor.js";

export interface Embedder {
  /** One unit vector for each chip, in their order. Chips are of the pack's size. */
  embed(chips: readonly Pixels[]): Promise<Float32Array[]>;
}

/** Chips in one run of the model, which bounds its memory; a frame with more takes several. */
export const embedBatchMax = 32;

/** Scales a vector to unit length in place. @throws Error when it is zero or not finite */
export function normalise(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const factor = 1 / Math.sqrt(square);
  if (!Number.isFinite(factor) || factor === 0) {
    throw new Error("the embedder gave a vector without a direction");
  }
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) * factor;
  return vector;
}

/** Embeds chips in batches: one run for all the faces of an ordinary frame. */
export function makeEmbedder(session: Session, spec: EmbedderSpec, flipAverage: boolean): Embedder {
  const { sizePx } = spec.input;
  const chipFloats = channelCount(spec.input) * sizePx * sizePx;
  const views = flipAverage ? 2 : 1;

  async function embedBatch(chips: readonly Pixels[]): Promise<Float32Array[]> {
    const values = new Float32Array(chips.length * views * chipFloats);
    chips.forEach((chip, i) => {
      const start = i * views * chipFloats;
      writeTensor(spec.input, chip, values, start);
      if (flipAverage) writeTensor(spec.input, chip, values, start + chipFloats, true);
    });
    const shape = tensorShape(spec.input, chips.length * views, sizePx, sizePx);
    const output = outputNamed(await session.run(spec.input.tensor, values, shape), spec.output);
    const embeddings = chips.map((_, i) => meanDirection(output.values, i * views, views));
    wipe(values, output.values);
    return embeddings;
  }

  /** Mean of the unit vectors of a chip's views, at unit length. */
  function meanDirection(all: Float32Array, first: number, count: number): Float32Array {
    const sum = new Float32Array(spec.dimension);
    for (let view = first; view < first + count; view += 1) {
      const one = normalise(all.slice(view * spec.dimension, (view + 1) * spec.dimension));
      for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (one[i] ?? 0);
      wipe(one);
    }
    return normalise(sum);
  }

  return {
    async embed(chips) {
      const embeddings: Float32Array[] = [];
      for (let first = 0; first < chips.length; first += embedBatchMax) {
        embeddings.push(...(await embedBatch(chips.slice(first, first + embedBatchMax))));
      }
      return embeddings;
    },
  };
}
