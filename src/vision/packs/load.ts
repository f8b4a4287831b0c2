import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isSlug } from "../../base/ids.js";
import { type ExpectedTensor, graphFaults, inputTensor } from "./check-graph.js";
import { packError } from "./errors.js";
import { sha256OfFile } from "./hash.js";
import { type PackFile, type PackManifest, packManifestSchema } from "./manifest.js";
import type {
  DetectorSpec,
  EmbedderSpec,
  FreeInput,
  LandmarksSpec,
  LivenessSpec,
  SquareInput,
} from "./sections.js";

/** A model of a loaded pack: what the manifest says of it, and where its verified file is. */
export type LoadedModel<Spec> = Spec & { readonly path: string };

/** A pack that is ready to run: every file is there and has the hash of its manifest. */
export interface LoadedPack {
  readonly name: string;
  readonly manifest: PackManifest;
  readonly detector: LoadedModel<DetectorSpec>;
  readonly landmarks: LoadedModel<LandmarksSpec>;
  readonly embedder: LoadedModel<EmbedderSpec>;
  readonly liveness: LoadedModel<LivenessSpec> | null;
}

/** Manifests are small; a larger file is not one. */
const manifestSizeMax = 1 << 20;

/**
 * Loads a pack and verifies its files.
 *
 * @param modelsDir folder of the manifests; a pack's files are in `<modelsDir>/<pack>/`
 * @throws CordonError FAILED_PRECONDITION with PACK_UNKNOWN, PACK_MANIFEST_INVALID,
 *   PACK_FILE_MISSING or PACK_FILE_ALTERED, and in its message what to do
 */
export function loadPack(modelsDir: string, name: string): LoadedPack {
  const manifest = readManifest(modelsDir, name);
  const detector = resolveSection(modelsDir, manifest, "detector");
  const landmarks = resolveSection(modelsDir, manifest, "landmarks");
  const { embedder, liveness } = manifest;
  const pack: LoadedPack = {
    name,
    manifest,
    detector: verified(modelsDir, detector.pack, detector.section),
    landmarks: verified(modelsDir, landmarks.pack, landmarks.section),
    embedder: verified(modelsDir, name, embedder),
    liveness: liveness === undefined ? null : verified(modelsDir, name, liveness),
  };
  const faults = packFaults(pack);
  if (faults.length > 0) throw invalid(resolve(modelsDir, `${name}.json`), faults.join("; "));
  return pack;
}

/** Names of the manifests in a folder, sorted. An unreadable folder has none. */
export function listPacks(modelsDir: string): string[] {
  try {
    return readdirSync(modelsDir)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length))
      .filter(isSlug)
      .sort();
  } catch {
    return [];
  }
}

/** @throws CordonError PACK_UNKNOWN or PACK_MANIFEST_INVALID, which names the wrong fields */
export function readManifest(modelsDir: string, name: string): PackManifest {
  const known = listPacks(modelsDir);
  if (!known.includes(name)) {
    const list = known.length === 0 ? "there are none" : `there are: ${known.join(", ")}`;
    throw packError(
      "PACK_UNKNOWN",
      `There is no model pack "${name}" in ${resolve(modelsDir)}; ${list}. Set the pack to one ` +
        `of these, or write its manifest (docs/models.md).`,
    );
  }
  const path = resolve(modelsDir, `${name}.json`);
  const parsed = packManifestSchema.safeParse(parseManifest(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((i) => `${i.path.join(".") || "(root)"}: ${i.message}`);
    throw invalid(path, faults.slice(0, 10).join("; "));
  }
  if (parsed.data.name !== name) {
    throw invalid(path, `name: is "${parsed.data.name}", but the file is called ${name}.json`);
  }
  return parsed.data;
}

function parseManifest(path: string): unknown {
  try {
    const text = readFileSync(path, "utf8");
    if (text.length > manifestSizeMax) throw new Error(`it is over ${manifestSizeMax} bytes`);
    return JSON.parse(text);
  } catch (thrown) {
    throw invalid(path, (thrown as Error).message, thrown);
  }
}

function invalid(path: string, fault: string, cause?: unknown) {
  return packError(
    "PACK_MANIFEST_INVALID",
    `The model manifest ${path} is not valid: ${fault}. docs/models.md describes every field.`,
    cause,
  );
}

type OwnSection<Role extends "detector" | "landmarks"> = Extract<
  PackManifest[Role],
  { readonly file: unknown }
>;

/** The section itself, or the one of the pack it borrows from: one step, never a chain. */
function resolveSection<Role extends "detector" | "landmarks">(
  modelsDir: string,
  manifest: PackManifest,
  role: Role,
): { pack: string; section: OwnSection<Role> } {
  const section = manifest[role];
  if ("file" in section) return { pack: manifest.name, section: section as OwnSection<Role> };
  const lender = readManifest(modelsDir, section.borrow);
  const lent = lender[role];
  if ("file" in lent) return { pack: lender.name, section: lent as OwnSection<Role> };
  throw invalid(
    resolve(modelsDir, `${manifest.name}.json`),
    `${role}.borrow: "${lender.name}" borrows its own ${role} from "${lent.borrow}"; ` +
      `name that pack instead`,
  );
}

function verified<Section extends { readonly file: PackFile }>(
  modelsDir: string,
  pack: string,
  section: Section,
): LoadedModel<Omit<Section, "file">> {
  const { file, ...spec } = section;
  return { ...spec, path: verifyFile(modelsDir, pack, file) };
}

/** Where the files disagree with the manifest about their inputs and outputs. */
function packFaults({ detector, landmarks, embedder, liveness }: LoadedPack): string[] {
  const faults = [
    ...modelFaults("detector", detector, [
      { field: "outputs.scores", name: detector.outputs.scores, shape: [null, null, 2] },
      { field: "outputs.locations", name: detector.outputs.locations, shape: [null, null, 4] },
    ]),
    ...modelFaults("landmarks", landmarks, [
      { field: "output", name: landmarks.output, shape: [null, landmarks.points * 2] },
    ]),
    ...modelFaults("embedder", embedder, [
      { field: "output", name: embedder.output, shape: [null, embedder.dimension] },
    ]),
  ];
  if (liveness === null) return faults;
  const shape = [null, liveness.classes];
  const live = [{ field: "output", name: liveness.output, shape }];
  return [...faults, ...modelFaults("liveness", liveness, live)];
}

function modelFaults(
  section: string,
  model: { readonly path: string; readonly input: FreeInput | SquareInput },
  outputs: readonly ExpectedTensor[],
): string[] {
  const inputs = [inputTensor("input", model.input)];
  try {
    return graphFaults(model.path, { inputs, outputs }).map((fault) => `${section}.${fault}`);
  } catch (thrown) {
    return [`${section}.file: ${model.path} is ${(thrown as Error).message}`];
  }
}

/** Path of a pack's file. @throws CordonError PACK_FILE_MISSING or PACK_FILE_ALTERED */
export function verifyFile(modelsDir: string, pack: string, file: PackFile): string {
  const path = join(resolve(modelsDir), pack, file.file);
  const found = sha256OfFile(path);
  if (found === null) {
    throw packError(
      "PACK_FILE_MISSING",
      `The model file ${path} of the pack "${pack}" is missing. ` +
        `Run "npm run models" to fetch and prepare it.`,
    );
  }
  if (found !== file.sha256) {
    throw packError(
      "PACK_FILE_ALTERED",
      `The model file ${path} is not the one that the manifest of "${pack}" names: its SHA-256 ` +
        `is ${found}, not ${file.sha256}. Run "npm run models" to make it anew; when it was ` +
        `replaced on purpose, give the new weights a pack name and manifest of their own.`,
    );
  }
  return path;
}
