import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  availableParallelism,
  cpus,
  loadavg,
  release,
  type as systemType,
  totalmem,
} from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { measureNoise, type Noise, noiseText } from "./noise.js";

/** What a reader must know to judge a number. No host name, no user, no address. */
export interface MachineDescription {
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly onnxruntime: string;
  /** Short commit of the sources, with "+changes" when the tree has others; or "unknown". */
  readonly commit: string;
  /** Threads that ran or wanted to, mean of the last minute, before the bench began. */
  readonly loadAverage: number;
  /** How steady the machine was before the bench began. */
  readonly noise: Noise;
}

/** How long git may take before the commit is given as unknown. */
const GIT_TIMEOUT_MS = 5_000;

export async function describeMachine(): Promise<MachineDescription> {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    system: `${systemType()} ${release()} ${process.arch}`,
    node: process.version,
    onnxruntime: await packageVersion("onnxruntime-node"),
    commit: await sourceCommit(),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    noise: await measureNoise(),
  };
}

/** One line for a table's caption. */
export function machineLine(machine: MachineDescription): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    machine.system,
    `Node ${machine.node}`,
    `onnxruntime-node ${machine.onnxruntime}`,
    `commit ${machine.commit}`,
    `load average ${machine.loadAverage} before it`,
    noiseText(machine.noise),
  ].join("; ");
}

/** The installed version of a package, from its own package.json; "absent" when there is none. */
export async function packageVersion(name: string): Promise<string> {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const text = await readFile(`${folder}/${name}/package.json`, "utf8");
      const parsed: unknown = JSON.parse(text);
      const version = (parsed as { version?: unknown }).version;
      if (typeof version === "string") return version;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return "absent";
}

async function sourceCommit(): Promise<string> {
  const cwd = dirname(fileURLToPath(import.meta.url));
  const run = promisify(execFile);
  try {
    const options = { cwd, timeout: GIT_TIMEOUT_MS };
    const head = await run("git", ["rev-parse", "--short", "HEAD"], options);
    const changes = await run("git", ["status", "--porcelain", "--untracked-files=no"], options);
    return head.stdout.trim() + (changes.stdout.trim() === "" ? "" : "+changes");
  } catch {
    return "unknown";
  }
}
