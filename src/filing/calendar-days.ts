import type { WorkCalendar } from "../store/filing-records.js";
import { type DayNumber, dayNumber } from "./days.js";

/** First and last day of an entry of a calendar. */
export interface DayRange {
  readonly first: DayNumber;
  readonly last: DayNumber;
}

const entryForm = /^(\d{2}-\d{2})(?:\.\.(\d{2}-\d{2}))?$/;

/**
 * The days that an entry of a calendar names: "MM-DD", or "MM-DD..MM-DD" with both ends.
 * @returns null for what is not written so, and for days that the year does not have; `last` may
 *   lie before `first`
 */
export function rangeOf(year: number, entry: string): DayRange | null {
  const match = entryForm.exec(entry);
  if (match === null) return null;
  const [, from = "", to = from] = match;
  try {
    return { first: dayNumber(`${year}-${from}`), last: dayNumber(`${year}-${to}`) };
  } catch {
    return null;
  }
}

/** The days of one calendar, looked up at once. */
export interface CalendarDays {
  readonly off: ReadonlySet<DayNumber>;
  readonly work: ReadonlySet<DayNumber>;
}

/** Calendars never change, so that each is taken apart once. */
const known = new WeakMap<WorkCalendar, CalendarDays>();

/** The days of a checked calendar; of an unchecked one, entries that are none are passed over. */
export function calendarDays(calendar: WorkCalendar): CalendarDays {
  const before = known.get(calendar);
  if (before !== undefined) return before;
  const days = {
    off: daysOf(calendar.year, calendar.off),
    work: daysOf(calendar.year, calendar.work),
  };
  known.set(calendar, days);
  return days;
}

function daysOf(year: number, entries: readonly string[]): ReadonlySet<DayNumber> {
  const days = new Set<DayNumber>();
  for (const entry of entries) {
    const range = rangeOf(year, entry);
    if (range === null) continue;
    for (let day = range.first; day <= range.last; day += 1) days.add(day);
  }
  return days;
}
