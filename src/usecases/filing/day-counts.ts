import { FORECAST_WINDOW_DAYS } from "../../filing/forecast.js";
import type { DayCount } from "../../store/filing-records.js";
import type { Engine } from "../engine.js";

/** The count of the day that runs is written at most this often. */
export const DAY_COUNT_INTERVAL_MS = 60_000;

/** Keeps how many persons were stored at each day's end, which the forecast goes by. */
export function createDayCounts(engine: Pick<Engine, "filing" | "store" | "clock">) {
  const { filing, store, clock } = engine;
  let writtenAtMs = Number.NEGATIVE_INFINITY;

  async function put(count: DayCount): Promise<void> {
    await store.putDayCount(count);
    const { book } = filing;
    const others = book.dayCounts.filter(({ day }) => day !== count.day);
    book.dayCounts = [...others, count].slice(-FORECAST_WINDOW_DAYS);
  }

  return {
    /** Writes what is due: the days that ended, and today's when it changed. */
    async keep({ now = false }: { readonly now?: boolean } = {}): Promise<void> {
      for (const ended of filing.count.takeEndedDays()) await put(ended);
      const today = { day: filing.count.today(), persons: filing.count.persons };
      const known = filing.book.dayCounts.at(-1);
      if (known?.day === today.day && known.persons === today.persons) return;
      const nowMs = clock.nowMs();
      const isDue = known?.day !== today.day || nowMs - writtenAtMs >= DAY_COUNT_INTERVAL_MS;
      if (!now && !isDue) return;
      writtenAtMs = nowMs;
      await put(today);
    },
  };
}
