import { endOfDayMs } from "../../filing/days.js";
import { type Engine, server } from "../engine.js";
import { createDayCounts } from "./day-counts.js";
import { detectChange } from "./material-change.js";
import { recountPersons } from "./recount.js";
import { currentStatus } from "./status.js";

/**
 * How often the filing is looked at. A deadline passes by the clock alone, so that it is also
 * looked at as soon as a day ends in Asia/Shanghai.
 */
export const FILING_TICK_MS = 10_000;

/** What the server does about the filing by itself. */
export interface FilingChores {
  /** Looks now, and from then on at the interval. */
  start(): void;
  /** Looks once: material changes, day counts, the status; past a day's end a recount too. */
  tick(): Promise<void>;
  /** Writes the count of the day, and ends. */
  stop(): Promise<void>;
}

export function createFilingChores(engine: Engine): FilingChores {
  const { filing, clock, log } = engine;
  const dayCounts = createDayCounts(engine);
  let countedOn = filing.count.today();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function tick(): Promise<void> {
    // First, and with nothing before it that may fail: the gate must know of a deadline.
    await currentStatus(engine);
    await filing.crossing.check(filing.count.persons, clock.nowMs());
    await detectChange(engine);
    await dayCounts.keep();
    const today = filing.count.today();
    if (today === countedOn) return;
    countedOn = today;
    await recountPersons(engine, server);
  }

  function run(): void {
    running = tick()
      .catch((err: unknown) => log.error({ err }, "the filing could not be looked at; tried again"))
      .then(() => {
        if (!stopped) timer = setTimeout(run, untilNextTick(clock.nowMs())).unref();
      });
  }

  function untilNextTick(nowMs: number): number {
    const untilTomorrow = endOfDayMs(filing.count.today()) + 1 - nowMs;
    return Math.min(FILING_TICK_MS, Math.max(1, untilTomorrow));
  }

  return {
    start: run,
    tick,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await dayCounts.keep({ now: true });
    },
  };
}
