import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError } from "../errors.js";

/** The real server in a process of its own, on loopback. */
export interface BenchServer {
  readonly client: CordonClient;
  /** From the start of the process to its ready line, milliseconds. */
  readonly startMs: number;
  /** Resident memory now, bytes; 0 where it cannot be told. */
  residentBytes(): Promise<number>;
  /** Processor time used so far by all its threads, seconds; 0 where it cannot be told. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cordon-people-bench-"));
}

export function removeDataDir(dataDir: string): Promise<void> {
  return rm(dataDir, { recursive: true, force: true });
}

/** As `npm start` starts it. @throws BenchError when it does not start */
export async function startServer(dataDir: string, signal: AbortSignal): Promise<BenchServer> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "../../src/main.js"));
  const started = performance.now();
  const child = spawn(process.execPath, ["--max-semi-space-size=64", entry], {
    env: {
      PATH: process.env["PATH"],
      CORDON_DATA_DIR: dataDir,
      CORDON_PORT: "0",
      CORDON_HTTP_PORT: "0",
      CORDON_VISION_WORKERS: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const errors: string[] = [];
  child.on("error", () => undefined);
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString("utf8")));
  const exited = once(child, "exit").catch(() => []);
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.includes('"msg":"ready"')) return;
      resolve((JSON.parse(line) as { grpcAddress: string }).grpcAddress);
    });
    void exited.then(() => reject(new BenchError(`the server ended: ${errors.join("")}`)));
  });
  const client = createClient({ address, timeoutMs: 60_000, signal });
  return {
    client,
    startMs: performance.now() - started,
    residentBytes: () => residentBytes(child.pid),
    cpuSeconds: () => cpuSeconds(child.pid),
    async stop() {
      client.close();
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Linux tells; elsewhere 0. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** Clock ticks of Linux are hundredths of a second. */
async function cpuSeconds(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}
