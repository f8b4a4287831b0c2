import { join } from "node:path";
import { openAuditLog } from "./audit/audit-log.js";
import { createByteBudget } from "./base/byte-budget.js";
import { systemClock } from "./base/clock.js";
import { createExclusive } from "./base/exclusive.js";
import { version } from "./base/package.js";
import { startChores } from "./chores.js";
import type { Closers } from "./closers.js";
import { createFacts } from "./compliance/facts.js";
import type { Config } from "./config/schema.js";
import { createIndex } from "./index/create-index.js";
import { decisionPolicy, indexOptions, vaultOptions, visionEngineOptions } from "./part-options.js";
import { openSqliteStoreInWorker } from "./store/worker-store.js";
import type { Logger } from "./telemetry/log.js";
import { removeLeftovers } from "./usecases/backup.js";
import { type Engine, server } from "./usecases/engine.js";
import { createErasedLately } from "./usecases/erased-lately.js";
import { createFilingDesk, type FilingOptions } from "./usecases/filing/desk.js";
import { startFiling } from "./usecases/filing/start.js";
import { createIndexSnapshots, type IndexSnapshots } from "./usecases/index-snapshots.js";
import { createGalleries, loadFacts } from "./usecases/load.js";
import { createOwners } from "./usecases/owners.js";
import { reconcile } from "./usecases/reconcile.js";
import { createIndexRefill, type IndexRefill } from "./usecases/refill-index.js";
import { createRoster, enrolmentLimits } from "./usecases/roster/enrol-batch.js";
import { createMarker } from "./usecases/roster/marker.js";
import { createTurns } from "./usecases/turns.js";
import { openVault } from "./vault/open-vault.js";
import { loadPack } from "./vision/packs/load.js";
import { defaultModelsDir } from "./vision/packs/models-dir.js";
import { createVision } from "./vision/pool.js";

/** Longest that a shutdown waits for a snapshot of the index: as long as one of a million takes. */
export const SNAPSHOT_AT_END_MS_MAX = 20_000;

/** Opens the stores and the stages, and fills gate and index from the store. */
export async function assemble(
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

  const vision = await createVision({
    pack,
    clock,
    workers: config.vision.workers,
    queueMax: config.vision.queue_max,
    engine: visionEngineOptions(config.vision),
    onEvent: (event) => metrics.workerEvents.inc({ stage: "vision", event }),
  });
  closers.push(() => vision.close());
  const stores = { store, vault, vision, log, metrics };
  const { snapshots, refill } = await openIndex(config, stores, closers);
  const index = snapshots.guarded;

  closers.push(async () => {
    await snapshots.saveIfWorth(engine.roster, AbortSignal.timeout(SNAPSHOT_AT_END_MS_MAX));
  });

  const facts = createFacts();
  const engine: Engine = {
    ...{ clock, log, metrics, store, instanceId, vault, facts, vision, index, audit, policy },
    owners: createOwners(store),
    erased: createErasedLately(),
    turns: createTurns(),
    streamBytes: createByteBudget(config.server.stream_bytes_max, (bytes) =>
      metrics.streamBytes.set(bytes),
    ),
    exclusive: createExclusive(),
    roster: createRoster(() => engine, enrolmentLimits({ index })),
    marker: createMarker({ store, audit, clock }),
    filing: createFilingDesk({ store, audit, clock, facts, metrics }, parts.filing),
  };
  await load(engine, snapshots, config);
  closers.push(async () => {
    await audit.append({ act: "server.stop", actor: server, details: {} });
    await engine.roster.alone(() => engine.marker.mark());
  });
  closers.push(startChores({ engine, audit, snapshots, config }));
  return { engine, refill };
}

/** Opens the index, empty, with its snapshots and with what fills it anew after a loss. */
async function openIndex(
  config: Config,
  sources: Pick<Engine, "store" | "vault" | "vision" | "log" | "metrics">,
  closers: Closers,
): Promise<{ readonly snapshots: IndexSnapshots; readonly refill: IndexRefill }> {
  const { store, vault, vision, log, metrics } = sources;
  const count = (event: string) => metrics.workerEvents.inc({ stage: "index", event });
  let refill: IndexRefill | null = null;
  const snapshots = createIndexSnapshots({
    directory: join(config.store.data_dir, "index"),
    ...{ store, vault, log },
    // Known here alone: nobody is removed from it behind the snapshot's back.
    index: await createIndex({
      ...indexOptions(config),
      dimension: vision.info.dimension,
      clock: systemClock,
      onWorkerLost(galleryIds) {
        count("worker-lost");
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
        onRetry: () => count("search-retried"),
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
    count,
  });
  closers.push(refill.stop);
  return { snapshots, refill };
}

/** Brings gate, index and filing to what the store holds, and says so. */
async function load(engine: Engine, snapshots: IndexSnapshots, config: Config): Promise<void> {
  const { store, facts, metrics, vault, vision, audit, log } = engine;
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
}
