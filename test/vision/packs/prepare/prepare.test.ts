import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sha256Of } from "../../../../src/vision/packs/hash.js";
import { loadPack } from "../../../../src/vision/packs/load.js";
import type { Rewrite } from "../../../../src/vision/packs/manifest.js";
import { defaultModelsDir, defaultPack } from "../../../../src/vision/packs/models-dir.js";
import { preparePack } from "../../../../src/vision/packs/prepare/prepare.js";
import {
  errorOf,
  modelsWithDefault,
  type Plain,
  tinyEmbedder,
  tinyManifest,
  writeManifest,
} from "../fixtures.js";
import { rewritten, sourceModel } from "./models.js";
import { tarballOf } from "./tarballs.js";

afterEach(() => vi.unstubAllEnvs());

/** Frees the batch of the tiny embedder with a fixed one. */
const steps: Rewrite[] = [
  { rewrite: "shape", tensor: "data", dimensions: ["batch", 3, 96, 96] },
  { rewrite: "shape", tensor: "fc1", dimensions: ["batch", 128] },
];
const source = tinyEmbedder(1);
const prepared = rewritten(source, steps);

interface Setup {
  readonly models: string;
  readonly tarball: string;
}

/** A models folder with a pack `mine` that comes out of a tarball. */
function setUp(change: (file: Plain, manifest: Plain) => void = () => {}): Setup {
  const models = modelsWithDefault();
  const tarball = join(models, "mine-1.0.0.tgz");
  const bytes = tarballOf({ "package/onnx/raw.onnx": source });
  writeFileSync(tarball, bytes);
  writeManifest(models, tinyManifest("mine", prepared), (manifest) => {
    manifest["source"] = {
      kind: "npm",
      package: "mine",
      version: "1.0.0",
      tarballSha256: sha256Of(bytes),
      folder: "package/onnx",
    };
    const file = (manifest["embedder"] as Plain)["file"] as Plain;
    file["from"] = { file: "raw.onnx", sha256: sha256Of(source) };
    file["preparation"] = steps;
    change(file, manifest);
  });
  return { models, tarball };
}

function prepare({ models, tarball }: Setup, lines: string[] = []) {
  const progress = (line: string) => lines.push(line);
  return preparePack({ modelsDir: models, pack: "mine", from: tarball, progress });
}

describe("preparePack()", () => {
  test("fetches, rewrites and stores a pack that then loads", async () => {
    const setup = setUp();
    const lines: string[] = [];
    const result = await prepare(setup, lines);
    expect(result.changed).toBe(true);
    expect(result.files).toEqual([{ file: "tiny.onnx", sha256: sha256Of(prepared) }]);
    expect(loadPack(setup.models, "mine").embedder.dimension).toBe(128);
    expect(lines.join("\n")).toContain("raw.onnx -> tiny.onnx (shape, shape)");
  });

  test("leaves a pack that is ready alone, without its tarball or npm", async () => {
    const setup = setUp();
    await prepare(setup);
    const before = statSync(join(setup.models, "mine", "tiny.onnx")).mtimeMs;
    const result = await prepare({ ...setup, tarball: "/nowhere.tgz" });
    expect(result.changed).toBe(false);
    expect(statSync(join(setup.models, "mine", "tiny.onnx")).mtimeMs).toBe(before);
  });

  test("mends an altered file from what it kept, without its tarball or npm", async () => {
    const setup = setUp();
    await prepare(setup);
    writeFileSync(join(setup.models, "mine", "tiny.onnx"), "junk");
    const result = await prepare({ ...setup, tarball: "/nowhere.tgz" });
    expect(result.changed).toBe(true);
    expect(loadPack(setup.models, "mine").name).toBe("mine");
  });

  test("leaves no temporary folders and no other files behind", async () => {
    const setup = setUp();
    await prepare(setup);
    const names = readdirSync(setup.models).sort();
    expect(names).toEqual(
      [defaultPack, `${defaultPack}.json`, "mine", "mine-1.0.0.tgz", "mine.json"].sort(),
    );
    expect(readdirSync(join(setup.models, "mine")).sort()).toEqual(["source", "tiny.onnx"]);
  });

  const wrong: [string, string, (file: Plain, manifest: Plain) => void][] = [
    [
      "another tarball than the manifest's",
      "fetch it again",
      (_, m) => ((m["source"] as Plain)["tarballSha256"] = "0".repeat(64)),
    ],
    [
      "a source with another hash",
      "is not used",
      (file) => (file["from"] = { file: "raw.onnx", sha256: "0".repeat(64) }),
    ],
    [
      "a source that the tarball lacks",
      "has no file package/onnx/cooked.onnx",
      (file) => (file["from"] = { file: "cooked.onnx", sha256: "0".repeat(64) }),
    ],
    [
      "a result with another hash, which it names",
      sha256Of(prepared),
      (file) => (file["sha256"] = "0".repeat(64)),
    ],
    [
      "a rewrite that does not fit",
      'no constant "nowhere"',
      (file) => (file["preparation"] = [{ rewrite: "free-batch", constant: "nowhere" }]),
    ],
  ];
  test.each(wrong)("refuses %s, and leaves the old file", async (_, words, change) => {
    const setup = setUp(change);
    mkdirSync(join(setup.models, "mine"));
    writeFileSync(join(setup.models, "mine", "tiny.onnx"), "old");
    const error = await errorOf(() => prepare(setup));
    expect(error.reason).toBe("PACK_SOURCE_INVALID");
    expect(error.message).toContain(words);
    expect(readFileSync(join(setup.models, "mine", "tiny.onnx"), "utf8")).toBe("old");
    expect(readdirSync(setup.models).filter((name) => name.includes(".new-"))).toEqual([]);
  });

  test("says what to do when npm cannot be started", async () => {
    const { models } = setUp();
    vi.stubEnv("PATH", "/nowhere");
    vi.stubEnv("npm_execpath", "");
    const error = await errorOf(() => preparePack({ modelsDir: models, pack: "mine" }));
    expect(error.reason).toBe("PACK_FETCH_FAILED");
    expect(error.message).toContain("npm pack mine@1.0.0");
    expect(error.message).toContain("--from");
  });

  test("makes a pack from files in a local folder", async () => {
    const { models } = setUp((_, manifest) => {
      manifest["source"] = { kind: "local", folder: "downloads" };
    });
    mkdirSync(join(models, "downloads"));
    writeFileSync(join(models, "downloads", "raw.onnx"), source);
    await preparePack({ modelsDir: models, pack: "mine" });
    expect(loadPack(models, "mine").name).toBe("mine");
    expect(existsSync(join(models, "mine", "source"))).toBe(false);
  });

  test("says where to put a file that has no source", async () => {
    const models = modelsWithDefault();
    writeManifest(models, tinyManifest("mine", prepared), () => {});
    const error = await errorOf(() => preparePack({ modelsDir: models, pack: "mine" }));
    expect(error.reason).toBe("PACK_FILE_MISSING");
    expect(error.message).toContain(join(models, "mine", "tiny.onnx"));
  });

  test("prepares the pack that is borrowed from as well", async () => {
    const { models } = setUp();
    const lines: string[] = [];
    await prepare({ models, tarball: join(models, "mine-1.0.0.tgz") }, lines);
    expect(lines[0]).toContain(`${defaultPack}: ready`);
  });
});

test("the default pack's detector comes out bit for bit as its manifest says", () => {
  const { manifest } = loadPack(defaultModelsDir(), defaultPack);
  if (!("file" in manifest.detector)) throw new Error("the default pack borrows nothing");
  const { preparation = [], sha256, from } = manifest.detector.file;
  const made = rewritten(sourceModel(from?.file ?? ""), preparation);
  expect(sha256Of(made)).toBe(sha256);
});
