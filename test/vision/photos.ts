import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { createEngine, type Engine } from "../../src/vision/engine.js";
import { type EngineOptions, engineDefaults } from "../../src/vision/options.js";
import { loadPack } from "../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../src/vision/packs/models-dir.js";
import type { Face } from "../../src/vision/port.js";

const package_ = createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json");

/** Photographs of 3, 3, 3, 4, 5 and 4 people; each about 1920 x 1400 pixels. */
export function photo(number: 1 | 2 | 3 | 4 | 5 | 6): Buffer {
  return readFileSync(join(dirname(package_), "demo", `sample${number}.jpg`));
}

export const pack = loadPack(defaultModelsDir(), defaultPack);

export function openEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  return createEngine(pack, { ...engineDefaults, ...options });
}

export function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
}

/** The face at a place of the list, which must be there. */
export function faceAt(faces: readonly Face[], index: number): Face {
  const face = faces[index];
  if (face === undefined) throw new Error(`there is no face ${index} of ${faces.length}`);
  return face;
}

/** A face of a photograph cut out with `margin` x its longer side on every side, as PNG. */
export async function cutOut(bytes: Buffer, { box }: Face, margin: number, sizePx?: number) {
  const { width, height } = await sharp(bytes).metadata();
  const side = Math.max(box.width, box.height) * (1 + 2 * margin);
  const left = Math.max(0, Math.round(box.x + box.width / 2 - side / 2));
  const top = Math.max(0, Math.round(box.y + box.height / 2 - side / 2));
  const region = {
    left,
    top,
    width: Math.min(width - left, Math.round(side)),
    height: Math.min(height - top, Math.round(side)),
  };
  const cut = sharp(bytes).extract(region);
  return await (sizePx === undefined ? cut : cut.resize(sizePx, sizePx, { fit: "fill" }))
    .png()
    .toBuffer();
}

/** Checks that a promise rejects with a CordonError of this reason, and returns it. */
export async function rejection(promise: Promise<unknown>, reason: string): Promise<CordonError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(CordonError);
  const error = thrown as CordonError;
  expect(error.reason).toBe(reason);
  return error;
}
