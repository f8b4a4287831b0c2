import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine, type Engine } from "../../../src/vision/engine.js";
import { engineDefaults } from "../../../src/vision/options.js";
import { type LoadedPack, loadPack } from "../../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../../src/vision/packs/models-dir.js";
import { preparePack } from "../../../src/vision/packs/prepare/prepare.js";
import {
  installPack,
  modelsWithDefault,
  tinyDimension,
  tinySizePx,
  tinyWeight,
} from "./fixtures.js";
import { sampleBytes } from "./samples.js";

describe("a pack of the user's own, by manifest alone", () => {
  let pack: LoadedPack;
  let engine: Engine;

  beforeAll(async () => {
    const models = modelsWithDefault();
    installPack(models, "tiny-rgb-128");
    await preparePack({ modelsDir: models, pack: "tiny-rgb-128" });
    pack = loadPack(models, "tiny-rgb-128");
    engine = await createEngine(pack, engineDefaults);
  });
  afterAll(() => engine?.close());

  test("borrows the detector and landmarks of the default pack", () => {
    const lender = loadPack(defaultModelsDir(), defaultPack);
    expect(pack.name).toBe("tiny-rgb-128");
    expect(pack.detector).toEqual({ ...lender.detector, path: pack.detector.path });
    expect(pack.detector.path).toContain(defaultPack);
  });

  test("finds the faces of a photograph and embeds them in its own dimension", async () => {
    const { faces } = await engine.analyse({ kind: "image", bytes: sampleBytes(1) });
    expect(faces).toHaveLength(3);
    for (const { embedding } of faces) {
      expect(embedding).toHaveLength(tinyDimension);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    }
  });

  test("gets its pixels in the order and scale of its manifest", async () => {
    const colour = [255, 0, 128];
    const [r = 0, g = 0, b = 0] = colour;
    const size = { width: tinySizePx, height: tinySizePx, channels: 3 as const };
    const bytes = await sharp({ create: { ...size, background: { r, g, b } } })
      .png()
      .toBuffer();
    const { faces } = await engine.analyse({ kind: "aligned-chip", bytes });
    const cells = 16;
    const raw = Array.from({ length: tinyDimension }, (_, output) =>
      Array.from({ length: 3 * cells }, (_, input) => {
        const level = colour[Math.floor(input / cells)] ?? 0;
        return (tinyWeight(output, input) * (level - 127.5)) / 127.5;
      }).reduce((sum, term) => sum + term, 0),
    );
    const length = Math.hypot(...raw);
    const difference = raw.map((value, i) => value / length - (faces[0]?.embedding[i] ?? 0));
    expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-5);
  });
});
