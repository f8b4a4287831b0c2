import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchServer, startBenchServer } from "../process/bench-server.js";

export type { BenchServer } from "../process/bench-server.js";

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cordon-people-bench-"));
}

export function removeDataDir(dataDir: string): Promise<void> {
  return rm(dataDir, { recursive: true, force: true });
}

/** As `npm start` starts it. @throws BenchError when it does not start */
export function startServer(dataDir: string, signal: AbortSignal): Promise<BenchServer> {
  return startBenchServer(dataDir, { CORDON_VISION_WORKERS: "1" }, signal);
}
