import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256Of } from "../../../src/vision/packs/hash.js";
import { listPacks, loadPack } from "../../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../../src/vision/packs/models-dir.js";
import {
  errorOf,
  installPack,
  modelsWithDefault,
  type Plain,
  temporaryFolder,
  tinyEmbedder,
} from "./fixtures.js";

function section(manifest: Plain, name: string): Plain {
  return manifest[name] as Plain;
}

describe("loadPack()", () => {
  test("loads the default pack, all of whose files have the hash of the manifest", () => {
    const pack = loadPack(defaultModelsDir(), defaultPack);
    expect(pack.embedder.dimension).toBe(160);
    expect(pack.detector.path).toBe(join(defaultModelsDir(), defaultPack, "detector.onnx"));
  });

  test("stops at an unknown pack and lists the known ones", async () => {
    const models = modelsWithDefault();
    const error = await errorOf(() => loadPack(models, "sface"));
    expect(error.reason).toBe("PACK_UNKNOWN");
    expect(error.message).toContain('"sface"');
    expect(error.message).toContain(defaultPack);
  });

  test("never takes a path for a name", async () => {
    const error = await errorOf(() => loadPack(modelsWithDefault(), `./${defaultPack}`));
    expect(error.reason).toBe("PACK_UNKNOWN");
  });

  test("says so when there is no pack, or no folder, at all", async () => {
    const nowhere = join(temporaryFolder(), "nowhere");
    const error = await errorOf(() => loadPack(nowhere, defaultPack));
    expect(error.reason).toBe("PACK_UNKNOWN");
    expect(error.message).toContain("there are none");
  });

  test("stops at a missing file and says how to make it", async () => {
    const models = modelsWithDefault();
    installPack(models, "tiny");
    rmSync(join(models, "tiny", "tiny.onnx"));
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(error.reason).toBe("PACK_FILE_MISSING");
    expect(error.message).toContain(join(models, "tiny", "tiny.onnx"));
    expect(error.message).toContain("npm run models");
  });

  test("stops at a file with one bit flipped and names both hashes", async () => {
    const models = modelsWithDefault();
    installPack(models, "tiny");
    const bytes = tinyEmbedder();
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(join(models, "tiny", "tiny.onnx"), bytes);
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(error.reason).toBe("PACK_FILE_ALTERED");
    expect(error.message).toContain(sha256Of(bytes));
    expect(error.message).toContain(sha256Of(tinyEmbedder()));
  });

  const invalid: [string, string, (manifest: Plain) => void][] = [
    ["a wrong field", "embedder.dimension:", (m) => (section(m, "embedder")["dimension"] = "128")],
    ["another name than its file", "name:", (m) => (m["name"] = "tidy")],
    ["an output that the model lacks", '"fc1"', (m) => (section(m, "embedder")["output"] = "out")],
    [
      "an input that the model lacks",
      'no input "image"',
      (m) => (section(section(m, "embedder"), "input")["tensor"] = "image"),
    ],
    [
      "another chip size than the model",
      "batch x 3 x 96 x 96".replace("batch", "any"),
      (m) => (section(section(m, "embedder"), "input")["sizePx"] = 112),
    ],
    [
      "another dimension than the model",
      "any x 128",
      (m) => (section(m, "embedder")["dimension"] = 512),
    ],
    ["a lender that is not there", '"lender"', (m) => (m["detector"] = { borrow: "lender" })],
    ["itself as the lender", "borrows its own", (m) => (m["landmarks"] = { borrow: "tiny" })],
  ];
  test.each(invalid)("stops at a manifest with %s", async (_, words, change) => {
    const models = modelsWithDefault();
    installPack(models, "tiny", change);
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(["PACK_MANIFEST_INVALID", "PACK_UNKNOWN"]).toContain(error.reason);
    expect(error.message).toContain(words);
  });

  test("stops at a manifest that is not JSON", async () => {
    const models = temporaryFolder();
    writeFileSync(join(models, "tiny.json"), "{");
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(error.reason).toBe("PACK_MANIFEST_INVALID");
    expect(error.message).toContain(join(models, "tiny.json"));
  });

  test("stops at a model with a fixed batch, and says which rewrite frees it", async () => {
    const models = modelsWithDefault();
    const fixed = tinyEmbedder(1);
    installPack(models, "tiny", (m) => {
      section(section(m, "embedder"), "file")["sha256"] = sha256Of(fixed);
    });
    writeFileSync(join(models, "tiny", "tiny.onnx"), fixed);
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(error.reason).toBe("PACK_MANIFEST_INVALID");
    expect(error.message).toContain('"free-batch"');
  });

  test("stops at a file with the right hash that is no model", async () => {
    const models = modelsWithDefault();
    const junk = Buffer.from("<html>not found</html>");
    installPack(models, "tiny", (m) => {
      section(section(m, "embedder"), "file")["sha256"] = sha256Of(junk);
    });
    writeFileSync(join(models, "tiny", "tiny.onnx"), junk);
    const error = await errorOf(() => loadPack(models, "tiny"));
    expect(error.reason).toBe("PACK_MANIFEST_INVALID");
    expect(error.message).toContain("embedder.file");
  });
});

describe("listPacks()", () => {
  test("lists the manifests, sorted, and nothing else", () => {
    const models = modelsWithDefault();
    installPack(models, "a-pack");
    writeFileSync(join(models, "README.md"), "");
    writeFileSync(join(models, "Not A Pack.json"), "{}");
    expect(listPacks(models)).toEqual(["a-pack", defaultPack]);
  });
});
