import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { modelsCommand } from "../../src/cli/models.js";
import { defaultPack } from "../../src/vision/packs/models-dir.js";
import { installPack, modelsWithDefault } from "../vision/packs/fixtures.js";

let out: string[];
let err: string[];

beforeEach(() => {
  out = [];
  err = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, "error").mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function run(...args: string[]) {
  return modelsCommand().parseAsync(args, { from: "user" });
}

describe("cordon models", () => {
  test("list shows each pack and whether it is ready", async () => {
    const models = modelsWithDefault();
    installPack(models, "tiny");
    rmSync(join(models, "tiny", "tiny.onnx"));
    await run("list", "--models-dir", models, "--json");
    const { packs } = JSON.parse(out.join("")) as { packs: { name: string; state: string }[] };
    expect(packs.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      `${defaultPack}: ready`,
      "tiny: not ready",
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  test("verify names each verified file", async () => {
    await run("verify", defaultPack, "--models-dir", modelsWithDefault());
    expect(out.at(-1)).toBe(`${defaultPack}: verified`);
    expect(out[0]).toContain("detector.onnx");
  });

  test("verify ends with 1 and the reason when something is wrong", async () => {
    await run("verify", "nope", "--models-dir", modelsWithDefault(), "--json");
    expect(JSON.parse(out.join(""))).toMatchObject({ error: { reason: "PACK_UNKNOWN" } });
    expect(process.exitCode).toBe(1);
  });

  test("prepare leaves a ready pack alone and keeps stdout for the JSON", async () => {
    await run("prepare", defaultPack, "--models-dir", modelsWithDefault(), "--json");
    expect(JSON.parse(out.join(""))).toMatchObject({ pack: defaultPack, changed: false });
    expect(err.join("\n")).toContain("ready");
  });

  test("wrong usage ends with 2", async () => {
    await expect(run("prepare", "--colour")).rejects.toThrow("exit 2");
    await expect(run("paint")).rejects.toThrow("exit 2");
  });
});
