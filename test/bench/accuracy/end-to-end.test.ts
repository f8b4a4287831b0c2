import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../../bench/main.js";

/** Photographs of people who agreed to be in a demonstration, from a development dependency. */
const demo = join(
  dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
  "demo",
);

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cordon-bench-"));
  for (const name of ["sample5.jpg", "sample6.jpg"]) {
    await copyFile(join(demo, name), join(root, name));
  }
  // One woman is in the middle of sample3 and at the right of sample1.
  const middle = { left: 890, top: 63, width: 600, height: 600 };
  await sharp(join(demo, "sample3.jpg")).extract(middle).toFile(join(root, "woman.jpg"));
  const right = { left: 1280, top: 0, width: 580, height: 640 };
  await sharp(join(demo, "sample1.jpg")).extract(right).toFile(join(root, "same-woman.jpg"));
  const grey = { width: 200, height: 200, channels: 3, background: "#808080" } as const;
  await sharp({ create: grey }).png().toFile(join(root, "nobody.png"));
  await writeFile(join(root, "broken.jpg"), "this is no photograph");
  await writeFile(
    join(root, "openset.csv"),
    [
      "role,identity,path",
      "gallery,woman,woman.jpg",
      "mated,woman,same-woman.jpg",
      "mated,woman,nobody.png",
      "nonmated,five,sample5.jpg",
      "nonmated,six,sample6.jpg",
      "nonmated,broken,broken.jpg",
    ].join("\n"),
  );
  await writeFile(
    join(root, "pairs.csv"),
    "a,b,same,fold\nwoman.jpg,same-woman.jpg,1,0\nwoman.jpg,sample5.jpg,0,0\n" +
      "same-woman.jpg,woman.jpg,1,1\nsame-woman.jpg,sample6.jpg,0,1\n",
  );
});
afterAll(() => rm(root, { recursive: true }));

async function bench(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const code = await main(args, {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    signal: new AbortController().signal,
  });
  return { code, ...written };
}

describe("cordon bench accuracy", () => {
  it("measures real photographs through the engine, with failures counted", async () => {
    const lists = ["--pairs", join(root, "pairs.csv"), "--openset", join(root, "openset.csv")];
    const out = join(root, "out");
    const flags = ["--workers", "2", "--replicates", "20", "--misses", "--calibration", "--json"];
    const run = await bench("accuracy", ...lists, "--root", root, "--out", out, ...flags);
    expect(run.stderr).toContain("images 6/6");
    expect(run.code).toBe(0);
    const result = JSON.parse(run.stdout);
    expect(result.machine.node).toBe(process.version);
    expect(result.acquisition).toMatchObject({ images: 6, failures: { events: 2, trials: 6 } });
    expect(result.verification.crossValidation).toMatchObject({ folds: 2, accuracy: 1 });
    expect(result.identification).toMatchObject({
      rankOneMiss: { events: 1, trials: 2 },
      impostors: { comparisons: 3 },
    });
    const files = ["accuracy.md", "accuracy.json", "accuracy-det.svg", "accuracy-misses.csv"];
    const [markdown, json, svg, misses] = await Promise.all(
      files.map((name) => readFile(join(out, name), "utf8")),
    );
    expect(json).toBe(run.stdout);
    expect(markdown).toMatch(/\| rank-1 miss +\| +50\.00 % \(1\/2\) \|/);
    expect(markdown).toContain("too few impostor comparisons for a calibration");
    expect(svg).toContain("Persons enrolled: 1. Probes: 2 mated, 3 non-mated");
    expect(misses).toContain("false-negative,nobody.png,woman.jpg,,");
  });

  it("says what is wrong with a command, with exit code 2", async () => {
    expect(await bench("accuracy", "--root", root)).toMatchObject({ code: 2 });
    expect(await bench("nonsense")).toMatchObject({ code: 2 });
    expect((await bench("nonsense")).stderr).toContain('there is no suite "nonsense"');
    expect(await bench()).toMatchObject({ code: 2 });
  });

  it("says what keeps it from measuring, with exit code 1", async () => {
    const list = join(root, "missing.csv");
    await writeFile(list, "a,b,same\nwoman.jpg,gone.jpg,1\n");
    const common = ["accuracy", "--root", root, "--out", join(root, "out"), "--pairs"];
    const gone = await bench(...common, list);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain("gone.jpg");
    const unknown = await bench(...common, join(root, "pairs.csv"), "--pack", "unheard-of");
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('no model pack "unheard-of"');
  });

  it("prints its help, with exit code 0", async () => {
    expect(await bench("--help")).toMatchObject({ code: 0 });
    const help = await bench("accuracy", "--help");
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("--openset FILE");
  });
});
