import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError } from "../errors.js";
import { type ProcessUsage, usageOf } from "./usage.js";

/** The real server in a process of its own, on loopback. */
export interface BenchServer {
  readonly client: CordonClient;
  readonly address: string;
  /** From the start of the process to its ready line, milliseconds. */
  readonly startMs: number;
  usage(): Promise<ProcessUsage>;
  /** One figure of its metrics, summed over labels; NaN when it has none of that name. */
  metric(name: string): Promise<number>;
  /** Resolves when it has ended, whatever ended it. */
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

const STDERR_CHARACTERS_MAX = 10_000;

/**
 * As `npm start` starts it.
 * @param env beside the data folder and free ports
 * @throws BenchError when it does not start
 */
export async function startBenchServer(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<BenchServer> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "../../src/main.js"));
  const started = performance.now();
  const child = spawn(process.execPath, ["--max-semi-space-size=64", entry], {
    env: {
      PATH: process.env["PATH"],
      CORDON_DATA_DIR: dataDir,
      CORDON_PORT: "0",
      CORDON_HTTP_PORT: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let complaints = "";
  child.on("error", () => undefined);
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString("utf8")).slice(-STDERR_CHARACTERS_MAX);
  });
  const exited = once(child, "exit").catch(() => []);
  const ready = await new Promise<{ grpcAddress: string; httpAddress: string }>(
    (resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.includes('"msg":"ready"')) resolve(JSON.parse(line));
      });
      void exited.then(() => reject(new BenchError(`the server ended: ${complaints}`)));
    },
  );
  const address = ready.grpcAddress;
  const client = createClient({ address, timeoutMs: 60_000, signal });
  return {
    ...{ client, address, exited, startMs: performance.now() - started },
    usage: () => usageOf(child.pid),
    async metric(name) {
      const response = await fetch(`http://${ready.httpAddress}/metrics`, { signal });
      return metricOf(await response.text(), name);
    },
    async stop() {
      client.close();
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** The sum of one metric's samples in the text of Prometheus; NaN when there are none. */
export function metricOf(text: string, name: string): number {
  const samples = text.split("\n").flatMap((line) => {
    const [, found, value] = /^([a-zA-Z0-9_:]+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    return found === name ? [Number(value)] : [];
  });
  return samples.length === 0 ? Number.NaN : samples.reduce((sum, value) => sum + value, 0);
}
