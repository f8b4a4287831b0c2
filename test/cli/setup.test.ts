import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** A clone in small, with an npm that only pretends, and logs what it was asked. */
const fakeNpm = `#!/bin/sh
echo "$1 $ONNXRUNTIME_NODE_INSTALL" >> calls.log
case "$1" in
  ci)
    if [ -f fail-ci ]; then echo "no network" >&2; exit 7; fi
    rm -rf node_modules
    for name in better-sqlite3 hnswlib-node sharp onnxruntime-node; do
      mkdir -p node_modules/$name
      echo 'module.exports = class { close() {} };' > node_modules/$name/index.js
    done ;;
  run)
    mkdir -p dist/src/cli src/api/generated
    for source in src/*.ts; do touch dist/src/$(basename $source .ts).js; done
    cat > dist/src/cli/main.js <<'JS'
require("node:fs").appendFileSync("calls.log", "models\\n");
require("node:fs").mkdirSync("models/pack", { recursive: true });
require("node:fs").writeFileSync("models/pack/a.onnx", "weights");
JS
    ;;
esac
`;

const repository = join(import.meta.dirname, "../..");
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "cordon-setup-test-"));
  cpSync(join(repository, "deploy"), join(clone, "deploy"), { recursive: true });
  write("bin/npm", fakeNpm);
  chmodSync(join(clone, "bin/npm"), 0o755);
  write("package.json", "{}");
  write("package-lock.json", '{"packages":{"":{},"node_modules/sharp":{"version":"1.0.0"}}}');
  write("tsconfig.json", "{}");
  write("src/kept.ts", "");
  write("src/cli/main.ts", "");
  write("src/gone.ts", "");
  write("models/pack.json", "{}");
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

describe("set-up", () => {
  it("installs, compiles and prepares models once, and nothing the second time", async () => {
    const first = await setUp();
    expect(first).toMatchObject({ code: 0, stdout: "" });
    expect(calls()).toEqual(["ci skip", "run skip", "models"]);
    const second = await setUp();
    expect(second).toMatchObject({ code: 0, stdout: "" });
    expect(second.stderr.trim().split("\n")).toHaveLength(1);
    expect(calls()).toHaveLength(3);
  });

  it("compiles again when a source changes, and removes what a deleted source left", async () => {
    await setUp();
    rmSync(join(clone, "src/gone.ts"));
    write("src/kept.ts", "export {};");
    await setUp();
    expect(calls().slice(3)).toEqual(["run skip", "models"]);
    expect(existsSync(join(clone, "dist/src/gone.js"))).toBe(false);
    expect(existsSync(join(clone, "dist/src/kept.js"))).toBe(true);
  });

  it("installs again when the lock file changes", async () => {
    await setUp();
    write("package-lock.json", '{"packages":{"":{},"node_modules/sharp":{"version":"2.0.0"}}}');
    await setUp();
    expect(calls().slice(3)).toEqual(["ci skip", "run skip", "models"]);
  });

  it("prepares models again when a prepared file is gone", async () => {
    await setUp();
    rmSync(join(clone, "models/pack/a.onnx"));
    await setUp();
    expect(calls().slice(3)).toEqual(["models"]);
  });

  it("takes an installation that somebody made with npm themselves", async () => {
    await setUp();
    rmSync(join(clone, "node_modules/.cordon-setup.json"));
    write(
      "node_modules/.package-lock.json",
      '{"packages":{"node_modules/sharp":{"version":"1.0.0"}}}',
    );
    await setUp();
    expect(calls()).toHaveLength(3);
    expect(existsSync(join(clone, "node_modules/.cordon-setup.json"))).toBe(true);
  });

  it("run twice at once does the work once", async () => {
    const [one, other] = await Promise.all([setUp(), setUp()]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(calls()).toEqual(["ci skip", "run skip", "models"]);
  });

  it("that fails says which step, and goes on from there the next time", async () => {
    write("fail-ci", "");
    const failed = await setUp();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/no network[\s\S]*Installing dependencies failed/);
    rmSync(join(clone, "fail-ci"));
    expect((await setUp()).code).toBe(0);
  });

  it("does not install through a symbolic link, which would empty what others share", async () => {
    await setUp();
    share();
    write("package-lock.json", '{"packages":{"":{},"node_modules/sharp":{"version":"2.0.0"}}}');
    const { code, stdout, stderr } = await setUp();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/node_modules is a symbolic link[\s\S]*Remove the link/);
    expect(calls()).toHaveLength(3);
    expect(existsSync(join(clone, "shared/sharp/index.js"))).toBe(true);
    expect(existsSync(join(clone, "shared/.cordon-setup.json"))).toBe(true);

    rmSync(join(clone, "node_modules"));
    expect((await setUp()).code).toBe(0);
  });

  it("works through a symbolic link to what the lock file asks for", async () => {
    await setUp();
    share();
    write("src/kept.ts", "export {};");
    expect((await setUp()).code).toBe(0);
    expect(calls().slice(3)).toEqual(["run skip", "models"]);
  });

  it("names the tools that are missing, before it starts anything", async () => {
    const { code, stderr } = await setUp({ PATH: join(clone, "bin"), CXX: "" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/lacks python3, make, g\+\+/);
    expect(stderr).toMatch(/apt-get install/);
    expect(existsSync(join(clone, "calls.log"))).toBe(false);
  });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
}

/** Puts a link where the modules were, as for several trees that share one folder of them. */
function share(): void {
  renameSync(join(clone, "node_modules"), join(clone, "shared"));
  symlinkSync("shared", join(clone, "node_modules"));
}

function calls(): string[] {
  return readFileSync(join(clone, "calls.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim());
}

function setUp(extra: Record<string, string> = {}) {
  const PATH = `${join(clone, "bin")}:${process.env["PATH"]}`;
  const { npm_execpath: _, ...rest } = process.env;
  const env = { ...rest, PATH, ...extra };
  const child = spawn(process.execPath, [join(clone, "deploy/setup.mjs")], { env });
  return finished(child);
}

function finished(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}
