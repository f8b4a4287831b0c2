import { type Engine, server } from "./engine.js";
import { byPerson, eraseRows, type RowsToErase, someRows } from "./roster/erase-rows.js";

/** Rows that one commit erases: enough to be quick, few enough that nobody waits long for it. */
export const ROWS_PER_SWEEP_STEP = 50;

/** Erases by itself who is past the retention deadline (Art. 8). */
export interface Sweeper {
  /** Sweeps now, and from then on at the interval. Resolves after the first sweep. */
  start(): Promise<void>;
  /** Erases everybody who is due. Returns the rows erased. */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

/** @param intervalMs from the end of one sweep to the beginning of the next */
export function createSweeper(engine: Engine, intervalMs: number): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function sweep(): Promise<number> {
    let erased = 0;
    for (;;) {
      await observeBacklog(engine);
      if (stopped) return erased;
      const rows = await engine.roster.alone(() => sweepStep(engine));
      if (rows === 0) return erased;
      erased += rows;
    }
  }

  function sweepAndWait(): Promise<void> {
    const done = sweep().then(
      (rows) => {
        if (rows > 0) engine.log.info({ rows }, "erased what was past its retention deadline");
      },
      (err: unknown) => {
        engine.metrics.sweepFailures.inc();
        engine.log.error({ err }, "the retention sweep failed; it is tried again");
      },
    );
    running = done.then(() => {
      if (!stopped) timer = setTimeout(() => void sweepAndWait(), intervalMs).unref();
    });
    return done;
  }

  return {
    start: sweepAndWait,
    sweep,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Erases the rows that are the most overdue. Returns how many. */
async function sweepStep(engine: Engine): Promise<number> {
  const due = await engine.store.listExpired(engine.clock.nowMs(), ROWS_PER_SWEEP_STEP);
  if (due.length === 0) return 0;
  const all: RowsToErase[] = [];
  for (const [personId, rows] of byPerson(due)) {
    const why = { cause: "RETENTION_EXPIRED" as const, actor: server, note: {} };
    all.push(await someRows(engine, personId, rows, why));
  }
  const erased = await eraseRows(engine, all);
  await Promise.all(erased.map(({ recorded }) => recorded));
  return due.length;
}

async function observeBacklog({ store, clock, metrics }: Engine): Promise<void> {
  const nowMs = clock.nowMs();
  const backlog = await store.expiredBacklog(nowMs);
  metrics.retentionDue.set(backlog?.rows ?? 0);
  metrics.retentionLagSeconds.set(backlog === null ? 0 : (nowMs - backlog.oldestDueMs) / 1_000);
}
