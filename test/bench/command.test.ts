import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** A program with a `--json` of its own around the command. */
const program = `
  import { Command } from "commander";
  const { benchCommand } = await import(process.env.BENCH_COMMAND);
  const program = new Command("cordon").option("--json");
  await program.addCommand(benchCommand()).parseAsync();
`;

const compiled = resolve("dist/src/cli/bench.js");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-command-"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "program.mjs"), program);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(module: string, ...args: string[]) {
  const env = { ...process.env, BENCH_COMMAND: `file://${module}` };
  return spawnSync(process.execPath, [join(folder, "program.mjs"), ...args], {
    encoding: "utf8",
    env,
  });
}

describe("benchCommand()", () => {
  it("hands help and options on to the bench", () => {
    const help = run(compiled, "bench", "accuracy", "--help");
    expect(help.stdout).toContain("Usage: cordon bench accuracy");
    expect(help.status).toBe(0);
    const wrong = run(compiled, "bench", "accuracy", "--json", "--root", "x");
    expect(wrong.stderr).toContain("give --pairs FILE");
    expect(wrong.status).toBe(2);
  });

  it("lists the suites when none is named, with exit code 2", () => {
    const bare = run(compiled, "bench");
    expect(bare.stdout).toContain("accuracy");
    expect(bare.status).toBe(2);
  });

  it("says where the bench is when the package does not hold it", () => {
    const alone = join(folder, "dist/src/cli/bench.mjs");
    cpSync(compiled, alone);
    const installed = run(alone, "bench", "accuracy");
    expect(installed.stderr).toContain("not part of the installed package");
    expect(installed.status).toBe(1);
  });
});
