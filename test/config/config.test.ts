import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeKnobs } from "../../src/config/describe.js";
import { ConfigError, listKnobs, loadConfig, maskConfig } from "../../src/config/load.js";

describe("loadConfig()", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cordon-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const path = join(folder, "cordon.yaml");
    writeFileSync(path, text);
    return path;
  };
  const problemsOf = (load: () => unknown): readonly string[] => {
    try {
      load();
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it("needs nothing and listens on loopback", () => {
    const config = loadConfig({ env: {} });
    expect(config.server).toMatchObject({ host: "127.0.0.1", port: 50_051 });
    expect(config.store.data_dir).toBe("./data");
  });

  it("takes the environment over the file, and the command line over both", () => {
    const path = file("server:\n  port: 1\n  http_port: 1\nindex:\n  driver: hnsw\n");
    const config = loadConfig({
      env: { CORDON_CONFIG: path, CORDON_PORT: "2", CORDON_HTTP_PORT: "2" },
      overrides: { server: { http_port: 3 } },
    });
    expect(config.server).toMatchObject({ port: 2, http_port: 3 });
    expect(config.index.driver).toBe("hnsw");
  });

  it("names every problem at once", () => {
    const path = file("server:\n  prot: 1\nvision:\n  workers: many\n");
    const problems = problemsOf(() =>
      loadConfig({ env: { CORDON_CONFIG: path, CORDON_FPIR_TARGET: "2", CORDON_TYPO: "1" } }),
    ).join("\n");
    for (const word of ["prot", "vision.workers", "decision.fpir_target", "CORDON_TYPO"]) {
      expect(problems).toContain(word);
    }
  });

  it.each([
    ["a port that is a word", { CORDON_PORT: "http" }],
    ["a port beyond its limits", { CORDON_PORT: "70000" }],
    ["a fraction of a worker", { CORDON_VISION_WORKERS: "1.5" }],
    ["an unknown driver", { CORDON_INDEX_DRIVER: "magic" }],
    ["a flag that is a number", { CORDON_REFLECTION: "1" }],
    ["a review threshold above the threshold", { CORDON_FPIR_REVIEW: "0.0001" }],
    ["a certificate without its key", { CORDON_TLS_CERT_FILE: "/x" }],
    ["all the world without TLS and tokens", { CORDON_HOST: "0.0.0.0" }],
    ["a file that is not there", { CORDON_CONFIG: "/no/such/file.yaml" }],
  ])("refuses %s", (_name, env) => {
    expect(problemsOf(() => loadConfig({ env })).length).toBeGreaterThan(0);
  });

  it("says by which names, within which limits, and what was given instead", () => {
    const env = { CORDON_PORT: "abc", CORDON_FPIR_TARGET: "7", CORDON_VISION_WORKERS: "1.5" };
    const path = file("server:\n  prot: 1\nindex:\n  driver: magic\nsrever: {}\n");
    expect(problemsOf(() => loadConfig({ env, file: path })).toSorted()).toEqual([
      'decision.fpir_target (CORDON_FPIR_TARGET): must be a number from 0.000001 to 0.5, and is "7"',
      'index.driver (CORDON_INDEX_DRIVER): must be one of auto, exact, hnsw, and is "magic"',
      'server.port (CORDON_PORT): must be a whole number from 0 to 65535, and is "abc"',
      "server.prot: there is no such knob",
      "srever: there is no such section",
      'vision.workers (CORDON_VISION_WORKERS): must be a whole number from 0 to 256, and is "1.5"',
    ]);
    const folderAsFile = problemsOf(() => loadConfig({ env: {}, file: folder }));
    expect(folderAsFile).toEqual([`${folder}: cannot be read: is a folder, not a file`]);
  });

  it.each(["[1, 2]", "just words", "server: 7", "a: [", "server:\n  port: true"])(
    "refuses the file %j",
    (text) => {
      expect(problemsOf(() => loadConfig({ env: {}, file: file(text) })).length).toBe(1);
    },
  );

  it("takes an empty file and empty variables as nothing said", () => {
    expect(loadConfig({ env: { CORDON_PORT: "" }, file: file("") }).server.port).toBe(50_051);
  });
});

describe("the knobs", () => {
  it("have an environment name each, and no two the same", () => {
    const names = listKnobs().map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^CORDON_[A-Z0-9_]+$/);
  });

  it("stand in docs/configuration.md as they are in the schema", () => {
    const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
    // The formatter aligns the columns.
    const tight = (text: string) => text.replace(/-{3,}/g, "---").replace(/ +/g, " ");
    expect(tight(page)).toContain(tight(describeKnobs()));
  });

  it("are all printed by maskConfig()", () => {
    const printed = maskConfig(loadConfig({ env: {} }));
    for (const { section, name } of listKnobs()) expect(printed[section]).toHaveProperty(name);
  });
});
