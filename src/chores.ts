import type { AuditLog } from "./audit/audit-log.js";
import type { Config } from "./config/schema.js";
import { type Engine, server } from "./usecases/engine.js";
import { createFilingChores } from "./usecases/filing/chores.js";
import type { IndexSnapshots } from "./usecases/index-snapshots.js";
import { createIndexWatch } from "./usecases/index-watch.js";
import { rotateKeys } from "./usecases/keys.js";
import { createSweeper } from "./usecases/sweeper.js";

/** How often store and audit are marked as agreeing, when anything is new. */
const MARK_INTERVAL_MS = 5_000;
/** How often records that need not be kept any more are looked for. */
const PRUNE_INTERVAL_MS = 86_400_000;
/** How often the index is asked how it is. */
const INDEX_WATCH_INTERVAL_MS = 5_000;
/** How often it is seen to whether a new snapshot of the index is worth its while. */
const SNAPSHOT_INTERVAL_MS = 600_000;

export interface ChoresParts {
  readonly engine: Engine;
  readonly audit: AuditLog;
  readonly snapshots: IndexSnapshots;
  readonly config: Config;
}

/** What the server does by itself. Returns what stops it. */
export function startChores({
  engine,
  audit,
  snapshots,
  config,
}: ChoresParts): () => Promise<void> {
  const { log, clock, roster, marker } = engine;
  const sweeper = createSweeper(engine, config.store.sweep_interval_ms);
  void sweeper.start();
  void rotateKeys(engine, { resumeOnly: true }, server).catch((err: unknown) =>
    log.error({ err }, "a key rotation that was broken off could not be finished"),
  );
  const every = (ms: number, what: string, work: () => Promise<unknown>) => {
    const again = () => work().catch((err: unknown) => log.warn({ err }, `${what} failed`));
    return setInterval(again, ms).unref();
  };
  const filing = createFilingChores(engine);
  filing.start();
  const { driver, recall_target: recallTarget } = config.index;
  const watch = createIndexWatch(engine, { driver, recallTarget });
  const timers = [
    every(INDEX_WATCH_INTERVAL_MS, "watching the index", () => watch.poll()),
    every(MARK_INTERVAL_MS, "marking", () => roster.alone(() => marker.mark())),
    every(SNAPSHOT_INTERVAL_MS, "saving the index", () => snapshots.saveIfWorth(roster)),
    every(PRUNE_INTERVAL_MS, "pruning the audit", () => audit.prune(clock.nowMs())),
  ];
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await sweeper.stop();
    await filing.stop();
  };
}
