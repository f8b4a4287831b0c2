#!/usr/bin/env node
/**
 * Builds the kernels to dist/src/index/kernel: scan.wat to scan.wasm, which runs everywhere,
 * relaxed.wat to relaxed.wasm, which is quicker where the runtime has relaxed SIMD, and
 * native/*.cc to scan.node, which is several times faster where it can be compiled. Without a
 * compiler, or with CORDON_KERNEL=wasm, there is none, and WebAssembly scans.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import initWabt from "wabt";

const source = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../../../dist/src/index/kernel/", import.meta.url));
/** The rest of the code runs on any processor of its family; only kernels ask for more. */
const flags = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti"];
/** Scores are the same bits everywhere: no product is fused with a sum. */
flags.push("-ffp-contract=off", "-DNAPI_VERSION=8", "-DNODE_GYP_MODULE_NAME=scan");
const link =
  process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];

mkdirSync(target, { recursive: true });
await buildWebAssembly("scan");
await buildWebAssembly("relaxed");
const why = buildNative();
if (why !== null) {
  process.stderr.write(`kernel: no native kernel (${why}); searches run by WebAssembly\n`);
}

async function buildWebAssembly(name) {
  const wabt = await initWabt();
  const text = readFileSync(join(source, `${name}.wat`), "utf8");
  const parsed = wabt.parseWat(`${name}.wat`, text, { simd: true, relaxed_simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  writeFileSync(join(target, `${name}.wasm`), buffer);
}

/** Returns why there is no native kernel; null when there is one. */
function buildNative() {
  const module = join(target, "scan.node");
  const fault = compile(module);
  if (fault !== null) rmSync(module, { force: true });
  return fault;
}

function compile(module) {
  if (process.env["CORDON_KERNEL"] === "wasm") return "CORDON_KERNEL=wasm asks for none";
  if (process.platform === "win32") return "it is not built on Windows";
  const include = headers();
  if (include === null) return "node_api.h is not here; node-api-headers is not installed";
  const folder = join(source, "native");
  const files = readdirSync(folder).filter((name) => name.endsWith(".cc"));
  const made = `${module}.${process.pid}`;
  const inputs = [...flags, ...link, `-I${include}`, ...files.map((name) => join(folder, name))];
  const faults = [];
  for (const compiler of compilers()) {
    const [command, ...first] = compiler.split(" ");
    const child = spawnSync(command, [...first, ...inputs, "-o", made], { encoding: "utf8" });
    if (child.status === 0) {
      // In one step: a process that has the old one loaded keeps it.
      renameSync(made, module);
      return null;
    }
    rmSync(made, { force: true });
    const said = child.error?.code === "ENOENT" ? "not found" : child.stderr?.trim();
    faults.push(`${compiler}: ${said || child.error?.message || `exit code ${child.status}`}`);
  }
  return faults.join("; ");
}

/** The headers of Node-API, which is the same in every Node; or those that came with this one. */
function headers() {
  try {
    return createRequire(import.meta.url)("node-api-headers").include_dir;
  } catch {
    const beside = join(dirname(process.execPath), "..", "include", "node");
    return existsSync(join(beside, "node_api.h")) ? beside : null;
  }
}

function compilers() {
  const own = process.env["CXX"];
  return own ? [own] : ["g++", "clang++", "c++"];
}
