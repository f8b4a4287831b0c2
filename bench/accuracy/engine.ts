import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EngineOptions, engineDefaults } from "../../src/vision/options.js";
import { listPacks, readManifest } from "../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../src/vision/packs/models-dir.js";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError, errorText } from "../errors.js";
import { packageVersion } from "../machine.js";
import type { Acquirer, EngineIdentity } from "./acquired.js";
import type { AccuracyOptions } from "./options.js";
import { startWorkers } from "./worker-pool.js";

type EngineChoice = Pick<
  AccuracyOptions,
  "models" | "pack" | "workers" | "flipAverage" | "faceSizeMinPx"
>;

/**
 * The engine of the server, on worker threads, with its default options but for those chosen.
 *
 * @throws BenchError when the pack is unknown, not prepared, or altered
 */
export async function openAcquirer(choice: EngineChoice): Promise<Acquirer> {
  const modelsDir = choice.models ?? defaultModelsDir();
  const pack = choice.pack ?? defaultPack;
  const options: EngineOptions = {
    ...engineDefaults,
    flipAverage: choice.flipAverage ?? engineDefaults.flipAverage,
    faceSizeMinPx: choice.faceSizeMinPx ?? engineDefaults.faceSizeMinPx,
  };
  const identity = await engineIdentity(modelsDir, pack, options);
  return startWorkers({ modelsDir, pack, options }, identity, choice.workers);
}

/** Names the pack, and digests all that decides what an embedding comes out as. */
async function engineIdentity(
  modelsDir: string,
  pack: string,
  options: EngineOptions,
): Promise<EngineIdentity> {
  try {
    const { embedder } = readManifest(modelsDir, pack);
    const digest = createHash("sha256");
    // All manifests, because one may borrow from another; each holds the hashes of its weights.
    for (const name of listPacks(modelsDir)) {
      const { calibration: _, ...rest } = readManifest(modelsDir, name);
      digest.update(JSON.stringify(rest));
    }
    digest.update(JSON.stringify([pack, options]));
    for (const name of ["onnxruntime-node", "sharp"]) digest.update(await packageVersion(name));
    await digestCode(digest);
    const fingerprint = digest.digest("hex");
    return { modelPack: pack, dimension: embedder.dimension, fingerprint };
  } catch (thrown) {
    throw new BenchError(errorText(thrown));
  }
}

/** The compiled code that the workers run. */
async function digestCode(digest: { update(data: Uint8Array): unknown }): Promise<void> {
  const vision = fileURLToPath(compiledEntry(import.meta.url, "../../src/vision/"));
  const names = (await readdir(vision, { recursive: true })).filter((name) => name.endsWith(".js"));
  for (const name of names.sort()) digest.update(await readFile(join(vision, name)));
  digest.update(await readFile(compiledEntry(import.meta.url, "worker.js")));
  digest.update(await readFile(compiledEntry(import.meta.url, "central-face.js")));
}
