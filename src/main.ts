#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import closeWithGrace from "close-with-grace";
import { chooseAuthenticate } from "./access/authenticate.js";
import { apiMethods } from "./api/methods.js";
import { openAuditLog } from "./audit/audit-log.js";
import { createByteBudget } from "./base/byte-budget.js";
import { systemClock } from "./base/clock.js";
import { toCordonError } from "./base/errors.js";
import { createExclusive } from "./base/exclusive.js";
import { version } from "./base/package.js";
import { startChores } from "./chores.js";
import { createFacts } from "./compliance/facts.js";
import { ConfigError, loadConfig } from "./config/load.js";
import type { Config } from "./config/schema.js";
import { createIndex } from "./index/create-index.js";
import {
  admitLimits,
  decisionPolicy,
  filingOptions,
  indexOptions,
  serverFacts,
  tokenEntries,
  vaultOptions,
  visionEngineOptions,
} from "./part-options.js";
import { openSqliteStoreInWorker } from "./store/worker-store.js";
import { createLogger, type Logger } from "./telemetry/log.js";
import { createMetrics } from "./telemetry/metrics.js";
import { startSidePort } from "./transport/http.js";
import { admit } from "./transport/interceptors/admit.js";
import { authenticate } from "./transport/interceptors/authenticate.js";
import { authorise } from "./transport/interceptors/authorise.js";
import { deadline } from "./transport/interceptors/deadline.js";
import { observe } from "./transport/interceptors/observe.js";
import { startGrpcServer } from "./transport/server.js";
import { removeLeftovers } from "./usecases/backup.js";
import { type Engine, server } from "./usecases/engine.js";
import { createFilingDesk, type FilingOptions } from "./usecases/filing/desk.js";
import { startFiling } from "./usecases/filing/start.js";
import { createIndexSnapshots } from "./usecases/index-snapshots.js";
import { createGalleries, loadFacts, refillIndex } from "./usecases/load.js";
import { reconcile } from "./usecases/reconcile.js";
import { createRoster, enrolmentLimits } from "./usecases/roster/enrol-batch.js";
import { createMarker } from "./usecases/roster/marker.js";
import { openVault } from "./vault/open-vault.js";
import { loadPack } from "./vision/packs/load.js";
import { defaultModelsDir } from "./vision/packs/models-dir.js";
import { createVision } from "./vision/pool.js";

/** Longest that a shutdown waits for a snapshot of the index. */
const SNAPSHOT_AT_END_MS_MAX = 8_000;

/** A server that takes calls. */
export interface RunningServer {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** Drains and closes everything, in the reverse order of the start. */
  close(): Promise<void>;
}

/** Starts everything in order. What was started is closed again when a later step fails. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return { ...(await start(config, log, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(config: Config, log: Logger, closers: (() => Promise<void> | void)[]) {
  const { server: listen, telemetry } = config;
  const startedAtMs = systemClock.nowMs();
  let state: "starting" | "ready" | "draining" = "starting";
  const metrics = createMetrics();
  closers.push(() => void metrics.stop());
  const sidePort = await startSidePort({
    host: listen.http_host,
    port: listen.http_port,
    registry: metrics.registry,
    isReady: () => state === "ready",
  });
  closers.push(() => sidePort.close());
  const callers = await tokenEntries(listen.token_file);
  const identifyCaller = chooseAuthenticate(callers, listen.host);
  const filing = await filingOptions(config, callers);
  const engine = await assemble({ config, log, metrics, filing }, closers);
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

/** Opens the stores and the stages, and fills gate and index from the store. */
async function assemble(
  parts: {
    readonly config: Config;
    readonly log: Logger;
    readonly metrics: Engine["metrics"];
    readonly filing: FilingOptions;
  },
  closers: (() => Promise<void> | void)[],
): Promise<Engine> {
  const { config, log, metrics } = parts;
  const clock = systemClock;
  const dataDir = config.store.data_dir;
  const pack = loadPack(config.vision.models_dir || defaultModelsDir(), config.vision.model_pack);
  const policy = decisionPolicy(config, pack.manifest.calibration.impostorTail);

  const store = await openSqliteStoreInWorker({ path: join(dataDir, "cordon.db") });
  closers.push(() => store.close());
  const instanceId = await store.getInstanceId();
  await removeLeftovers(dataDir);
  const vault = await openVault(await vaultOptions(config, store));
  closers.push(() => vault.close());
  const audit = await openAuditLog({
    directory: join(dataDir, "audit"),
    clock,
    signer: vault.signer,
    instanceId,
    retentionDays: config.audit.retention_days,
    checkpointRecords: config.audit.checkpoint_records,
    checkpointMs: config.audit.checkpoint_ms,
    segmentSizeBytes: config.audit.segment_size_bytes,
  });
  closers.push(() => audit.close());

  const count = (stage: string) => (event: string) => metrics.workerEvents.inc({ stage, event });
  const vision = await createVision({
    pack,
    clock,
    workers: config.vision.workers,
    queueMax: config.vision.queue_max,
    engine: visionEngineOptions(config.vision),
    onEvent: count("vision"),
  });
  closers.push(() => vision.close());

  const index = await createIndex({
    ...indexOptions(config),
    dimension: vision.info.dimension,
    clock,
    onWorkerLost: (galleryIds) => void refill(galleryIds),
    events: {
      onBatch({ queries, waitedMs }) {
        metrics.indexBatchQueries.observe(queries);
        metrics.indexQueueWaitSeconds.observe(waitedMs / 1000);
      },
      onRetry: () => count("index")("search-retried"),
    },
  });
  closers.push(() => index.close());
  const snapshots = createIndexSnapshots({
    directory: join(dataDir, "index"),
    ...{ store, vault, index, log },
    modelPack: vision.info.modelPack,
    templatesMin: config.index.snapshot_templates_min || Number.POSITIVE_INFINITY,
  });
  closers.push(async () => {
    await snapshots.saveIfWorth(engine.roster, AbortSignal.timeout(SNAPSHOT_AT_END_MS_MAX));
  });

  const facts = createFacts();
  const engine: Engine = {
    ...{ clock, log, metrics, store, instanceId, vault, facts, vision, audit, policy },
    index: snapshots.guarded,
    streamBytes: createByteBudget(config.server.stream_bytes_max, (bytes) =>
      metrics.streamBytes.set(bytes),
    ),
    exclusive: createExclusive(),
    roster: createRoster(() => engine, enrolmentLimits({ index })),
    marker: createMarker({ store, audit, clock }),
    filing: createFilingDesk({ store, audit, clock, facts, metrics }, parts.filing),
  };
  const refill = async (galleryIds: readonly string[]) => {
    count("index")("worker-lost");
    log.error({ galleries: galleryIds.length }, "an index worker was lost; filling again");
    const present = galleryIds.filter((galleryId) => index.stats(galleryId) !== null);
    if (present.length === 0) return;
    await refillIndex(engine, index, present).catch((err: unknown) => {
      // Another loss on the way is filled by itself.
      if (toCordonError(err).reason === "WORKER_FAILED") log.error({ err }, "lost again meanwhile");
      else log.fatal({ err }, "the index could not be filled again; restart the server");
    });
  };
  await loadFacts(store, facts);
  await createGalleries(engine);
  const reconciled = await reconcile(engine);
  const { templates, ofOtherPacks } = await snapshots.load(engine);
  await startFiling(engine);
  metrics.keyVersion.set(vault.keyVersion);
  metrics.templatesOfOtherPacks.set(ofOtherPacks);
  metrics.info.set(
    {
      version,
      model_pack: vision.info.modelPack,
      execution_provider: vision.info.executionProvider,
      index_driver: config.index.driver,
    },
    1,
  );
  const counts = { ...facts.counts(), templates, templatesOfOtherPacks: ofOtherPacks };
  log.info({ ...counts, ...reconciled }, "loaded");
  await audit.append({ act: "server.start", actor: server, details: { version, ...reconciled } });
  closers.push(async () => {
    await audit.append({ act: "server.stop", actor: server, details: {} });
    await engine.roster.alone(() => engine.marker.mark());
  });
  closers.push(startChores({ engine, audit, snapshots, config }));
  return engine;
}

/**
 * Runs the service until SIGTERM or SIGINT: starts in order, drains in reverse. Exits with 0
 * after a clean drain and with 1 when it could not start or had to give up.
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
  const starting = startServer(config, log);
  // The drain has its own deadline; this one is for a drain that hangs.
  const graceMs = config.server.drain_ms_max + 10_000;
  closeWithGrace({ delay: graceMs, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, "stopping after an error that nobody handled");
    else log.info({ signal }, "draining");
    const running = await starting.catch(() => null);
    await running?.close();
    log.info("stopped");
  });
  try {
    await starting;
  } catch (error) {
    log.debug({ err: error }, "could not start");
    process.stderr.write(`cordon: could not start: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

const invokedDirectly =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (invokedDirectly) await runServer({ env: process.env });
