import type { Clock } from "../../base/clock.js";
import { dayOf, endOfDayMs } from "../../filing/days.js";
import type { Day, DayCount } from "../../store/filing-records.js";
import type { Metrics } from "../../telemetry/metrics.js";

/** What is stored: distinct persons, which Art. 15 counts, and their templates, which it does not. */
export interface Counted {
  readonly persons: number;
  readonly templates: number;
}

/**
 * The running count of what is stored. It changes inside the roster's lane alone, with what the
 * store has just taken, so that it is exact at every moment; the metrics follow it.
 */
export interface PersonCount extends Counted {
  change(persons: number, templates: number): void;
  /** What a recount found. */
  set(counted: Counted): void;
  /**
   * The counts at the end of the days that are over and were not asked for yet, oldest first. A
   * day on which the count did not change and nobody asked is not among them.
   */
  takeEndedDays(): readonly DayCount[];
  /** The day now, in Asia/Shanghai. */
  today(): Day;
}

export function createPersonCount(
  clock: Clock,
  metrics: Pick<Metrics, "persons" | "templates">,
): PersonCount {
  let persons = 0;
  let templates = 0;
  let day = dayOf(clock.nowMs());
  let dayEndMs = endOfDayMs(day);
  let ended: DayCount[] = [];

  function turnPage(): void {
    const nowMs = clock.nowMs();
    // Not when the clock goes backwards: a day that is over stays over.
    if (nowMs <= dayEndMs) return;
    ended.push({ day, persons });
    day = dayOf(nowMs);
    dayEndMs = endOfDayMs(day);
  }

  function set(counted: Counted): void {
    persons = counted.persons;
    templates = counted.templates;
    metrics.persons.set(persons);
    metrics.templates.set(templates);
  }

  return {
    get persons() {
      return persons;
    },
    get templates() {
      return templates;
    },
    change(morePersons, moreTemplates) {
      turnPage();
      set({ persons: persons + morePersons, templates: templates + moreTemplates });
    },
    set(counted) {
      turnPage();
      set(counted);
    },
    takeEndedDays() {
      turnPage();
      const taken = ended;
      ended = [];
      return taken;
    },
    today() {
      turnPage();
      return day;
    },
  };
}
