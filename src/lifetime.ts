import { setTimeout as sleep } from "node:timers/promises";
import { ThreadLeft } from "./base/thread-left.js";
import type { Logger } from "./telemetry/log.js";

/** Signals that ask a server to stop. */
const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/**
 * Of a terminal's. Ctrl-C goes to every process of the foreground group, and npm hands it on to its
 * child once more: the same signal again within this time is the same wish.
 */
const terminalSignals: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGHUP"]);
const SAME_WISH_MS = 500;

/** How long a forced end waits for what keeps records. */
const KEEPERS_MS_MAX = 3_000;

export interface LifetimeOptions {
  readonly log: Logger;
  /** Longest for `close`, milliseconds; then the end is forced. */
  readonly graceMs: number;
  /** Drains and closes everything. */
  readonly close: () => Promise<void>;
  /** Closes what keeps records, as well as that goes while the rest is at work. */
  readonly closeKeepers: () => Promise<void>;
}

/**
 * Ends the process by SIGKILL, which no thread can turn into an abort. `process.exit` would end the
 * threads by force, and a thread that is then in native code (inference, the graph of the index)
 * aborts the process, with a core file that holds templates where core files are on. What was
 * acknowledged is on the disk: durability is meant for SIGKILL.
 */
export function killProcess(): void {
  process.kill(process.pid, "SIGKILL");
}

/**
 * Stops the service at the first signal, or error that nobody handled, and ends the process: with 0
 * after a clean drain and with 1 after an error. A second signal, a drain that takes too long or a
 * thread that cannot be ended force the end: what keeps records is closed, and SIGKILL does the
 * rest. A further signal does not wait for that.
 */
export function stopOnSignals(options: LifetimeOptions): void {
  const { log, graceMs, close, closeKeepers } = options;
  let state: "running" | "stopping" | "forced" = "running";

  async function force(why: string): Promise<void> {
    if (state === "forced") return killProcess();
    state = "forced";
    log.error({ why }, "ending by force: records are closed, then the process is killed");
    await Promise.race([closeKeepers(), sleep(KEEPERS_MS_MAX)]);
    killProcess();
  }

  async function stop(exitCode: number): Promise<void> {
    state = "stopping";
    const timer = setTimeout(() => void force(`the drain took over ${graceMs} ms`), graceMs);
    try {
      await close();
    } catch (err) {
      log.error({ err }, "not everything could be closed");
      if (err instanceof ThreadLeft) return force(err.message);
      exitCode = 1;
    }
    clearTimeout(timer);
    if (isForced()) return;
    log.info("stopped");
    process.exit(exitCode);
  }
  const isForced = () => state === "forced";

  let first: { readonly signal: string; readonly atMs: number } | null = null;
  const isSameWish = (signal: string) =>
    first?.signal === signal &&
    terminalSignals.has(signal) &&
    performance.now() - first.atMs < SAME_WISH_MS;

  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (isSameWish(signal)) return;
      first ??= { signal, atMs: performance.now() };
      if (state !== "running") return void force(`a second signal, ${signal}`);
      log.info({ signal }, "draining");
      void stop(0);
    });
  }
  const fail = (err: unknown) => {
    log.fatal({ err }, "stopping after an error that nobody handled");
    void (state === "running" ? stop(1) : force("a second error that nobody handled"));
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
}
