#!/usr/bin/env node
/**
 * Makes a fresh clone runnable: installs the dependencies, compiles, prepares the models. Each step
 * is skipped when nothing that it depends on has changed, so running it again costs milliseconds.
 * Two at once take turns. Nothing but Node's own library is used, since nothing is installed yet.
 *
 * Everything is said on stderr: stdout belongs to the command that follows.
 * Exit codes: 0 ready, 1 a step failed, 2 this machine lacks something.
 */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { contentOf, filesIn, hash, readJson, writeJson } from "./setup/files.mjs";
import { lockOf } from "./setup/lock.mjs";

const NODE_MAJOR_MIN = 20;
const NODE_MINOR_MIN = 9;

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), ".."));
const installStamp = join(root, "node_modules", ".cordon-setup.json");
const buildStamp = join(root, "dist", ".setup.json");
const lock = lockOf(root);

/** Packages whose native code must load; the first two are compiled on this machine. */
const compiled = ["better-sqlite3", "hnswlib-node"];
const nativeCheck =
  "const D = require('better-sqlite3'); new D(':memory:').close(); require('hnswlib-node');" +
  "require('sharp'); require('onnxruntime-node');";

main();

function main() {
  const startedAt = Date.now();
  requireNode();
  process.chdir(root);
  const steps = [
    { stale: installIsStale, run: install },
    { stale: buildIsStale, run: build },
    { stale: modelsAreStale, run: prepareModels },
  ];
  if (!steps.some((step) => step.stale())) return say(`ready (${Date.now() - startedAt} ms)`);
  const fault = lock.take((holder) =>
    say(`another set-up (process ${holder}) is at work; waiting for it`),
  );
  if (fault !== null) fail(1, fault);
  for (const step of steps) if (step.stale()) step.run();
  lock.release();
  say(`ready (${Math.round((Date.now() - startedAt) / 100) / 10} s)`);
}

// --- step 1: dependencies ---

function installIsStale() {
  return readJson(installStamp)?.install !== installHash();
}

function install() {
  if (!installedAlready()) {
    requireOwnModules();
    requireTools();
    say("installing dependencies with npm ci; modules are compiled: some minutes, by the machine");
    rmSync(installStamp, { force: true });
    npm(["ci", "--include=dev", "--no-audit", "--no-fund"], "Installing dependencies");
    if (!nativeModulesLoad()) {
      say(`compiling ${compiled.join(" and ")}, which npm ci did not`);
      npm(["rebuild", "--ignore-scripts=false", ...compiled], "Compiling native modules");
    }
    const fault = nativeFault();
    if (fault !== null) fail(1, `A native module does not load:\n${fault}\n${retryHint()}`);
  }
  linkCommand();
  writeJson(installStamp, { install: installHash() });
}

/** What an installation depends on: the lock, and the Node for which native code was compiled. */
function installHash() {
  const runtime = `${process.versions.modules} ${process.platform} ${process.arch}`;
  return hash([readFileSync("package-lock.json"), runtime]);
}

/** True when somebody ran npm themselves, and what it put there is what the lock asks for. */
function installedAlready() {
  const wanted = readJson("package-lock.json")?.packages;
  const present = readJson(join("node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !present) return false;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === "") continue;
    if (present[path] === undefined ? !optional : present[path].version !== version) return false;
  }
  return nativeModulesLoad();
}

function nativeModulesLoad() {
  return nativeFault() === null;
}

function nativeFault() {
  const child = spawnSync(process.execPath, ["-e", nativeCheck], { encoding: "utf8" });
  return child.status === 0 ? null : child.stderr;
}

/** Lets `npx cordon` run this clone. */
function linkCommand() {
  const link = join("node_modules", ".bin", "cordon");
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  try {
    symlinkSync(join("..", "..", "dist", "src", "cli", "main.js"), link);
  } catch {
    say("npx cordon will not work here (no symbolic links); node dist/src/cli/main.js does");
  }
}

// --- step 2: compilation ---

function buildIsStale() {
  const stamp = readJson(buildStamp);
  return stamp?.build !== buildHash() || !existsSync(join("src", "api", "generated"));
}

function build() {
  say("compiling");
  const protoHash = hash(contentOf(filesIn("proto")));
  if (readJson(buildStamp)?.proto !== protoHash) {
    rmSync(join("src", "api", "generated"), { recursive: true, force: true });
  }
  rmSync(buildStamp, { force: true });
  const before = buildHash();
  npm(["run", "--silent", "build"], "Compiling");
  removeOrphans(join(root, "dist"));
  const command = join("dist", "src", "cli", "main.js");
  if (existsSync(command)) chmodSync(command, 0o755);
  writeJson(buildStamp, { build: before, proto: protoHash });
}

function buildHash() {
  const inputs = ["src", "bench", "proto", "tsconfig.json", "package.json", "package-lock.json"];
  const generated = join("src", "api", "generated");
  const paths = inputs.flatMap(filesIn).filter((path) => !path.startsWith(generated));
  return hash(contentOf(paths));
}

/** Removes what was compiled from sources that are gone, and folders left empty. */
function removeOrphans(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removeOrphans(path);
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
      continue;
    }
    const source = relative(join(root, "dist"), path).replace(/\.js(\.map)?$/, ".ts");
    if (source.endsWith(".ts") && !existsSync(source)) rmSync(path);
  }
}

// --- step 3: models ---

function modelsAreStale() {
  const stamp = readJson(buildStamp)?.models;
  return stamp === undefined || stamp.manifests !== manifestsHash() || stamp.files !== modelFiles();
}

function prepareModels() {
  say("preparing models");
  const command = [join("dist", "src", "cli", "main.js"), "models", "prepare"];
  run(process.execPath, command, "Preparing the models");
  const models = { manifests: manifestsHash(), files: modelFiles() };
  writeJson(buildStamp, { ...readJson(buildStamp), models });
}

function manifestsHash() {
  return hash(
    contentOf(filesIn("models").filter((path) => path.endsWith(".json") && depth(path) === 2)),
  );
}

/** Names and sizes of the prepared files; `models prepare` verifies their content. */
function modelFiles() {
  const files = filesIn("models").filter((path) => depth(path) > 2);
  return files.map((path) => `${path} ${statSync(path).size}`).join("\n");
}

function depth(path) {
  return path.split(sep).length;
}

// --- what the machine must have ---

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE_MAJOR_MIN || (major === NODE_MAJOR_MIN && minor >= NODE_MINOR_MIN)) return;
  const wanted = `${NODE_MAJOR_MIN}.${NODE_MINOR_MIN}`;
  fail(2, `Cordon needs Node ${wanted} or later; this is ${process.versions.node}.`);
}

/** npm ci empties the folder that it installs to: one that others share, through a link. */
function requireOwnModules() {
  if (!lstatSync("node_modules", { throwIfNoEntry: false })?.isSymbolicLink()) return;
  fail(
    2,
    "node_modules is a symbolic link, and installing would empty the folder that it leads to.\n" +
      "Remove the link (rm node_modules) and run the same command again, or leave the set-up out:\n" +
      "npm run build compiles, node dist/src/main.js is the server.",
  );
}

function requireTools() {
  const compiler = process.env["CXX"]?.split(" ")[0];
  const missing = [];
  if (npmScript() === null && !onPath("npm")) missing.push("npm");
  if (!onPath("python3") && !onPath("python")) missing.push("python3");
  if (!onPath("make")) missing.push("make");
  if (!["g++", "c++", "clang++", compiler].some((name) => name && onPath(name))) {
    missing.push("g++");
  }
  if (missing.length === 0) return;
  fail(
    2,
    `Cordon compiles two native modules, and this machine lacks ${missing.join(", ")}.\n` +
      "Debian, Ubuntu: apt-get install python3 make g++    Alpine: apk add python3 make g++\n" +
      "Fedora, RHEL: dnf install python3 make gcc-c++      macOS: xcode-select --install\n" +
      "Then run the same command again.",
  );
}

function onPath(command) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [command, ...folders.map((folder) => join(folder, command))].some((path) => {
    if (!path.includes(sep)) return false;
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

// --- running things ---

/** The npm that runs us, when one does. */
function npmScript() {
  const script = process.env["npm_execpath"];
  return script !== undefined && /npm-cli\.js$/.test(script) && existsSync(script) ? script : null;
}

function npm(args, what) {
  const script = npmScript();
  if (script === null) run("npm", args, what);
  else run(process.execPath, [script, ...args], what);
}

/** Runs a command with its output on stderr; a failure ends the set-up. */
function run(command, args, what) {
  // onnxruntime-node's post-install would download CUDA libraries; the CPU's are in the package.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  const child = spawnSync(command, args, { stdio: ["ignore", 2, 2], env });
  if (child.status === 0) return;
  const why = child.error?.message ?? child.signal ?? `exit code ${child.status}`;
  fail(1, `${what} failed (${why}); the lines above say why. ${retryHint()}`);
}

function retryHint() {
  return "Put it right and run the same command again.";
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

function fail(code, text) {
  lock.release();
  say(text);
  process.exit(code);
}
