import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packManifestSchema } from "../../../src/vision/packs/manifest.js";
import { defaultModelsDir, defaultPack } from "../../../src/vision/packs/models-dir.js";
import { type Plain, tinyEmbedder, tinyManifest } from "./fixtures.js";

const embedder = tinyEmbedder();

function faultsOf(change: (manifest: Plain) => void): string[] {
  const manifest = structuredClone(tinyManifest("tiny", embedder));
  change(manifest);
  const parsed = packManifestSchema.safeParse(manifest);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
}

function section(manifest: Plain, name: string): Plain {
  return manifest[name] as Plain;
}

describe("the manifest schema", () => {
  test("accepts the manifest of the default pack", () => {
    const path = join(defaultModelsDir(), `${defaultPack}.json`);
    const manifest = packManifestSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    expect(manifest.name).toBe(defaultPack);
    expect(manifest.embedder.dimension).toBe(160);
  });

  test("accepts a pack that borrows its detector and landmarks", () => {
    expect(faultsOf(() => {})).toEqual([]);
  });

  const wrong: [string, string, (manifest: Plain) => void][] = [
    ["an unknown field", "", (m) => Object.assign(m, { colour: "blue" })],
    ["a name that is a path", "name", (m) => Object.assign(m, { name: "../etc" })],
    ["a missing licence", "licence", (m) => delete m["licence"]],
    ["an empty training data", "trainingData", (m) => Object.assign(m, { trainingData: "" })],
    [
      "a file outside the folder",
      "embedder.file.file",
      (m) => Object.assign(section(section(m, "embedder"), "file"), { file: "../x.onnx" }),
    ],
    [
      "a hash that is none",
      "embedder.file.sha256",
      (m) => Object.assign(section(section(m, "embedder"), "file"), { sha256: "abc" }),
    ],
    [
      "too few means",
      "embedder.input",
      (m) => Object.assign(section(section(m, "embedder"), "input"), { mean: [127.5] }),
    ],
    [
      "a deviation of zero",
      "embedder.input.std.1",
      (m) => Object.assign(section(section(m, "embedder"), "input"), { std: [1, 0, 1] }),
    ],
    [
      "four alignment points",
      "embedder.alignment",
      (m) => (section(m, "embedder")["alignment"] as unknown[]).pop(),
    ],
    [
      "a dimension of a half",
      "embedder.dimension",
      (m) => Object.assign(section(m, "embedder"), { dimension: 128.5 }),
    ],
    [
      "a rewrite that does not exist",
      "embedder.file.preparation.0.rewrite",
      (m) =>
        Object.assign(section(section(m, "embedder"), "file"), {
          preparation: [{ rewrite: "shrink" }],
        }),
    ],
    [
      "a source file without a source folder",
      "source.folder",
      (m) =>
        Object.assign(section(section(m, "embedder"), "file"), {
          from: { file: "x.onnx", sha256: "0".repeat(64) },
        }),
    ],
    [
      "a tail that rises",
      "calibration.impostorTail",
      (m) =>
        Object.assign(section(m, "calibration"), {
          impostorTail: [
            [0, -2],
            [0.5, -1],
          ],
        }),
    ],
    [
      "thresholds that repeat",
      "calibration.impostorTail",
      (m) =>
        Object.assign(section(m, "calibration"), {
          impostorTail: [
            [0.5, -1],
            [0.5, -2],
          ],
        }),
    ],
  ];
  test.each(wrong)("refuses %s and names the field", (_, path, change) => {
    expect(faultsOf(change)).toContain(path);
  });

  test("refuses a facial point that the landmark model does not have", () => {
    const path = join(defaultModelsDir(), `${defaultPack}.json`);
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Plain;
    section(manifest, "landmarks")["fivePoints"] = [[68], [1], [2], [3], [4]];
    const parsed = packManifestSchema.safeParse(manifest);
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain("a point that the model does not have");
  });

  test("accepts the example of the documentation", () => {
    const text = readFileSync(join(defaultModelsDir(), "..", "docs", "models.md"), "utf8");
    const example = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
    expect(packManifestSchema.parse(JSON.parse(example)).name).toBe("arcface-512");
  });
});
