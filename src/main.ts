#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chooseAuthenticate } from "./access/authenticate.js";
import { apiMethods } from "./api/methods.js";
import { assemble, SNAPSHOT_AT_END_MS_MAX } from "./assemble.js";
import { systemClock } from "./base/clock.js";
import { version } from "./base/package.js";
import { ThreadLeft } from "./base/thread-left.js";
import { type Closers, createClosers } from "./closers.js";
import { ConfigError, loadConfig } from "./config/load.js";
import type { Config } from "./config/schema.js";
import { killProcess, stopOnSignals } from "./lifetime.js";
import { admitLimits, filingOptions, serverFacts, tokenEntries } from "./part-options.js";
import { createLogger, type Logger } from "./telemetry/log.js";
import { createMetrics } from "./telemetry/metrics.js";
import { startSidePort } from "./transport/http.js";
import { admit } from "./transport/interceptors/admit.js";
import { authenticate } from "./transport/interceptors/authenticate.js";
import { authorise } from "./transport/interceptors/authorise.js";
import { deadline } from "./transport/interceptors/deadline.js";
import { observe } from "./transport/interceptors/observe.js";
import { startGrpcServer } from "./transport/server.js";
import type { IndexRefill } from "./usecases/refill-index.js";

/** A server that takes calls. */
export interface RunningServer {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** Drains and closes everything, in the reverse order of the start. */
  close(): Promise<void>;
}

/**
 * Starts everything in order. What was started is closed again when a later step fails.
 * @param closers filled on the way
 * @throws also ThreadLeft, with the cause of the failure as its cause
 */
export async function startServer(
  config: Config,
  log: Logger,
  closers: Closers = createClosers(),
): Promise<RunningServer> {
  try {
    return { ...(await start(config, log, closers)), close: closers.closeAll };
  } catch (error) {
    await closers.closeAll().catch((err: unknown) => {
      if (err instanceof ThreadLeft) throw Object.assign(err, { cause: error });
      log.error({ err }, "not everything could be closed");
    });
    throw error;
  }
}

async function start(config: Config, log: Logger, closers: Closers) {
  const { server: listen, telemetry } = config;
  const startedAtMs = systemClock.nowMs();
  let state: "starting" | "ready" | "draining" = "starting";
  let refill: IndexRefill | null = null;
  const metrics = createMetrics();
  closers.push(() => void metrics.stop());
  const sidePort = await startSidePort({
    host: listen.http_host,
    port: listen.http_port,
    registry: metrics.registry,
    isReady: () => state === "ready" && refill?.isWhole === true,
  });
  closers.push(() => sidePort.close());
  const callers = await tokenEntries(listen.token_file);
  const identifyCaller = chooseAuthenticate(callers, listen.host);
  const filing = await filingOptions(config, callers);
  const assembled = await assemble({ config, log, metrics, filing }, closers);
  const { engine } = assembled;
  refill = assembled.refill;
  const grpc = await startGrpcServer({
    config: listen,
    reflection: telemetry.reflection,
    methods: apiMethods(engine, serverFacts(config, startedAtMs)),
    interceptors: [
      observe(metrics, log),
      admit(admitLimits(listen), () => state === "draining"),
      authenticate(identifyCaller),
      authorise,
      deadline(
        { defaultMs: listen.deadline_ms_default, maxMs: listen.deadline_ms_max },
        systemClock,
      ),
    ],
  });
  closers.push(async () => {
    state = "draining";
    engine.filing.watchers.end();
    await grpc.drain(listen.drain_ms_max);
  });
  state = "ready";
  const addresses = { grpcAddress: grpc.address, httpAddress: sidePort.address };
  log.info({ ...addresses, version, pid: process.pid }, "ready");
  return addresses;
}

/**
 * Runs the service until SIGTERM or SIGINT: starts in order, drains in reverse. Exits with 0
 * after a clean drain and with 1 when it could not start; a forced end is by SIGKILL.
 */
export async function runServer(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly configFile?: string | undefined;
  readonly overrides?: Record<string, Record<string, unknown>>;
}): Promise<void> {
  let config: Config;
  try {
    const { env, configFile: file, overrides = {} } = options;
    config = loadConfig({ env, file, overrides });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const log = createLogger(config.telemetry.log_level);
  const closers = createClosers();
  const starting = startServer(config, log, closers);
  // The drain has its own deadline; this one is for a drain that hangs.
  const graceMs = config.server.drain_ms_max + SNAPSHOT_AT_END_MS_MAX + 10_000;
  stopOnSignals({
    ...{ log, graceMs },
    async close() {
      const running = await starting.catch(() => null);
      await running?.close();
    },
    closeKeepers: () => closers.closeKeepers(),
  });
  try {
    await starting;
  } catch (error) {
    log.debug({ err: error }, "could not start");
    const isLeft = error instanceof ThreadLeft;
    const cause = isLeft ? error.cause : error;
    process.stderr.write(`cordon: could not start: ${(cause as Error).message}\n`);
    if (isLeft) killProcess();
    process.exit(1);
  }
}

const invokedDirectly =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (invokedDirectly) await runServer({ env: process.env });
