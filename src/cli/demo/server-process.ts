import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stopped } from "../failure.js";

/** The compiled entry of the server; it is run compiled even when this is not. */
const entry = fileURLToPath(
  new URL(
    "../../main.js",
    import.meta.url.replace(/\/src\/cli\/demo\/(.*)\.ts$/, "/dist/src/cli/demo/$1.js"),
  ),
);

/** Longest wait for the server to be ready, and to stop, milliseconds. */
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;
const READY_POLL_MS = 25;
/** Lines of its log that are shown when it fails. */
const TAIL_LINES = 12;

export interface ServerProcess {
  readonly pid: number;
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** Ends when the process does. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, then a wait. Returns the exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

/**
 * Starts the real server as its own process on free loopback ports, and waits until it is ready.
 *
 * @throws Error with the end of its log when it does not become ready; CordonClientError CANCELLED
 *   by the signal
 */
export async function startServerProcess(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [entry], {
    env: environmentOf(dataDir, env),
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C is for the demo, which then stops the server itself.
    detached: true,
  });
  // Whatever becomes of the demo, its server does not stay behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const tail: string[] = [];
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const stop = () => stopProcess(child, exited);
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(START_MS_MAX)]);
    const addresses = await readyLine(child, tail, exited, deadline);
    await untilReady(addresses.httpAddress, deadline);
    return { pid: child.pid ?? 0, ...addresses, exited, stop };
  } catch (error) {
    await stop();
    if (signal.aborted) throw stopped();
    const log = tail.length === 0 ? "" : `\nIts log ends with:\n${tail.join("\n")}`;
    throw new Error(`The server did not start: ${(error as Error).message}${log}`);
  }
}

/** The caller's own settings are for the caller's own server. */
function environmentOf(dataDir: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ["CORDON_MODELS_DIR", "CORDON_MODEL_PACK", "CORDON_VISION_WORKERS"];
  const others = Object.entries(env).filter(
    ([name]) => !name.startsWith("CORDON_") || kept.includes(name),
  );
  return {
    ...Object.fromEntries(others),
    CORDON_PORT: "0",
    CORDON_HTTP_PORT: "0",
    CORDON_DATA_DIR: dataDir,
  };
}

/** Reads the log on until its line "ready", and goes on reading so that the pipe never fills. */
function readyLine(
  child: ChildProcess,
  tail: string[],
  exited: Promise<number | null>,
  signal: AbortSignal,
): Promise<{ grpcAddress: string; httpAddress: string }> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("it has no output");
  return new Promise((resolve, reject) => {
    const keep = (line: string) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    };
    createInterface({ input: stderr }).on("line", keep);
    createInterface({ input: stdout }).on("line", (line) => {
      keep(line);
      const addresses = addressesOf(line);
      if (addresses !== null) resolve(addresses);
    });
    child.on("error", reject);
    exited.then((code) => reject(new Error(`it ended with exit code ${code}`)));
    signal.addEventListener("abort", () => reject(new Error("it was not ready in time")));
  });
}

function addressesOf(line: string) {
  if (!line.includes('"ready"')) return null;
  try {
    const { msg, grpcAddress, httpAddress } = JSON.parse(line) as Record<string, unknown>;
    if (msg !== "ready") return null;
    return { grpcAddress: String(grpcAddress), httpAddress: String(httpAddress) };
  } catch {
    return null;
  }
}

async function untilReady(httpAddress: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(`http://${httpAddress}/readyz`, { signal }).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

async function stopProcess(child: ChildProcess, exited: Promise<number | null>) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  const code = await exited;
  clearTimeout(timer);
  return code;
}
