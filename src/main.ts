#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chooseAuthenticate } from "./access/authenticate.js";
import { apiMethods } from "./api/methods.js";
import { openAuditLog } from "./audit/audit-log.js";
import { createByteBudget } from "./base/byte-budget.js";
import { systemClock } from "./base/clock.js";
import { createExclusive } from "./base/exclusive.js";
import { version } from "./base/package.js";
import { ThreadLeft } from "./base/thread-left.js";
import { startChores } from "./chores.js";
import { type Closers, createClosers } from "./closers.js";
import { createFacts } from "./compliance/facts.js";
import { ConfigError, loadConfig } from "./config/load.js";
import type { Config } from "./config/schema.js";
import { createIndex } from "./index/create-index.js";
import { killProcess, stopOnSignals } from "./lifetime.js";
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
import { createGalleries, loadFacts } from "./usecases/load.js";
import { reconcile } from "./usecases/reconcile.js";
import { createIndexRefill, type IndexRefill } from "./usecases/refill-index.js";
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

/** Opens the stores and the stages, and fills gate and index from the store. */
async function assemble(
  parts: {
    readonly config: Config;
    readonly log: Logger;
    readonly metrics: Engine["metrics"];
    readonly filing: FilingOptions;
  },
  closers: Closers,
): Promise<{ readonly engine: Engine; readonly refill: IndexRefill }> {
  const { config, log, metrics } = parts;
  const clock = systemClock;
  const dataDir = config.store.data_dir;
  const pack = loadPack(config.vision.models_dir || defaultModelsDir(), config.vision.model_pack);
  const policy = decisionPolicy(config, pack.manifest.calibration.impostorTail);

  const store = await openSqliteStoreInWorker({ path: join(dataDir, "cordon.db") });
  closers.pushKeeper(() => store.close());
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
  closers.pushKeeper(() => audit.close());

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

  let refill: IndexRefill | null = null;
  const snapshots = createIndexSnapshots({
    directory: join(dataDir, "index"),
    ...{ store, vault, log },
    // Known here alone: nobody is removed from it behind the snapshot's back.
    index: await createIndex({
      ...indexOptions(config),
      dimension: vision.info.dimension,
      clock,
      onWorkerLost(galleryIds) {
        count("index")("worker-lost");
        log.error(
          { galleries: galleryIds.length },
          "a part of the index was lost; filling it again",
        );
        refill?.begin();
      },
      events: {
        onBatch({ queries, waitedMs }) {
          metrics.indexBatchQueries.observe(queries);
          metrics.indexQueueWaitSeconds.observe(waitedMs / 1000);
        },
        onRetry: () => count("index")("search-retried"),
      },
    }),
    modelPack: vision.info.modelPack,
    templatesMin: config.index.snapshot_templates_min || Number.POSITIVE_INFINITY,
  });
  const index = snapshots.guarded;
  closers.push(() => index.close());
  refill = createIndexRefill({
    index,
    sources: { store, vault, vision, log },
    count: count("index"),
  });
  closers.push(refill.stop);
  closers.push(async () => {
    await snapshots.saveIfWorth(engine.roster, AbortSignal.timeout(SNAPSHOT_AT_END_MS_MAX));
  });

  const facts = createFacts();
  const engine: Engine = {
    ...{ clock, log, metrics, store, instanceId, vault, facts, vision, index, audit, policy },
    streamBytes: createByteBudget(config.server.stream_bytes_max, (bytes) =>
      metrics.streamBytes.set(bytes),
    ),
    exclusive: createExclusive(),
    roster: createRoster(() => engine, enrolmentLimits({ index })),
    marker: createMarker({ store, audit, clock }),
    filing: createFilingDesk({ store, audit, clock, facts, metrics }, parts.filing),
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
  return { engine, refill };
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
  const graceMs = config.server.drain_ms_max + 10_000;
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
