import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const kernels = join(import.meta.dirname, "../../../src/index/kernel/native");
const flags = ["-std=c++17", "-O3", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off"];

interface Target {
  readonly name: string;
  readonly compiler: string;
  readonly run: readonly string[];
  readonly kernel: string;
}

/** This machine's own processor, and ARM by Debian's cross compiler and QEMU. */
const targets: readonly Target[] = [
  { name: "this processor", compiler: "g++", run: [], kernel: "native-scalar" },
  {
    name: "ARM",
    compiler: "aarch64-linux-gnu-g++",
    run: ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
    kernel: "native-neon",
  },
];

function isHere({ compiler, run: [runner] }: Target): boolean {
  const programs = [compiler, ...(runner === undefined ? [] : [runner])];
  return programs.every((program) => spawnSync(program, ["--version"]).status === 0);
}

test.each(targets)(
  "the kernels for $name pass the same rows as the plain one",
  (target) => {
    // Without the cross compiler there is nothing to be seen: apt-get install g++-aarch64-linux-gnu
    // qemu-user.
    if (!isHere(target)) return;
    const folder = mkdtempSync(join(tmpdir(), "cordon-kernels-"));
    try {
      const program = join(folder, "kernels-agree");
      const own = readdirSync(kernels).filter((name) => /^(kernel-.*|pages)\.cc$/.test(name));
      const sources = own.map((name) => join(kernels, name));
      const harness = join(import.meta.dirname, "kernels-agree.cc");
      const args = [...flags, `-I${kernels}`, harness, ...sources];
      const compiled = spawnSync(target.compiler, [...args, "-o", program], { encoding: "utf8" });
      expect(compiled).toMatchObject({ status: 0, stderr: "" });
      const [command = program, ...rest] = [...target.run, program];
      const { stdout, status } = spawnSync(command, rest, { encoding: "utf8" });
      expect(stdout).toContain(`${target.kernel} agrees`);
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
