import { describe, expect, it } from "vitest";
import { makeEmbedder, normalise } from "../../src/vision/embed.js";
import type { Session } from "../../src/vision/sessions.js";
import { cosine, pack } from "./photos.js";

const side = pack.embedder.input.sizePx;
const chip = (grey: number) => ({
  width: side,
  height: side,
  data: new Float32Array(side * side * 3).fill(grey),
});

/** A model that says how large its batch was, and the first pixel of each chip. */
function spy(batches: number[]): Session {
  return {
    async run(_input, values, shape) {
      const batch = shape[0] ?? 0;
      batches.push(batch);
      const { dimension } = pack.embedder;
      const out = new Float32Array(batch * dimension);
      const floats = values.length / batch;
      for (let i = 0; i < batch; i += 1) {
        out[i * dimension] = 1;
        out[i * dimension + 1] = values[i * floats] ?? 0;
      }
      return { output: { shape: [batch, dimension], values: out } };
    },
    close: async () => undefined,
  };
}

describe("makeEmbedder()", () => {
  it("embeds an ordinary frame's faces in one run, in their order", async () => {
    const batches: number[] = [];
    const embedder = makeEmbedder(spy(batches), pack.embedder, false);
    const embeddings = await embedder.embed([chip(255), chip(127), chip(63)]);
    expect(batches).toEqual([3]);
    const ratios = embeddings.map((vector) => (vector[1] ?? 0) / (vector[0] ?? 1));
    expect(ratios).toEqual([expect.closeTo(1, 5), 0, expect.closeTo(-0.5, 5)]);
  });

  it("splits a crowd into bounded batches, with and without mirrored views", async () => {
    const batches: number[] = [];
    const crowd = Array.from({ length: 70 }, () => chip(100));
    await makeEmbedder(spy(batches), pack.embedder, false).embed(crowd);
    expect(batches).toEqual([32, 32, 6]);
    batches.length = 0;
    await makeEmbedder(spy(batches), pack.embedder, true).embed(crowd);
    expect(batches).toEqual([64, 64, 12]);
  });

  it("of no chips makes no run", async () => {
    const batches: number[] = [];
    expect(await makeEmbedder(spy(batches), pack.embedder, true).embed([])).toEqual([]);
    expect(batches).toEqual([]);
  });
});

describe("normalise()", () => {
  it("gives unit length", () => {
    const unit = normalise(Float32Array.from([3, 4]));
    expect(cosine(unit, unit)).toBeCloseTo(1, 6);
  });

  it("refuses a vector without a direction", () => {
    expect(() => normalise(new Float32Array(4))).toThrow(/direction/);
    expect(() => normalise(Float32Array.from([1, Number.NaN]))).toThrow(/direction/);
    expect(() => normalise(Float32Array.from([Number.POSITIVE_INFINITY]))).toThrow(/direction/);
  });
});
