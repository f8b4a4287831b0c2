import type { FieldViolation } from "../base/errors.js";
import type { Day, WorkCalendar } from "../store/filing-records.js";
import { type DayRange, rangeOf } from "./calendar-days.js";
import type { Validated } from "./calendar-validated.js";
import { type DayNumber, dayFromNumber, isWeekend, weekdayName } from "./days.js";

export const CALENDAR_YEAR_MIN = 2000;
export const CALENDAR_YEAR_MAX = 2100;
/** Entries of `off`, and of `work`; published calendars have fewer than ten of each. */
export const CALENDAR_ENTRIES_MAX = 64;
/** Days off by the entries of `off` together; no year has had thirty-five. */
export const CALENDAR_DAYS_OFF_MAX = 60;
export const CALENDAR_SOURCE_LENGTH_MAX = 200;
/** Statutory holidays with a date that never moves (全国年节及纪念日放假办法). */
export const FIXED_HOLIDAYS = ["01-01", "05-01", "10-01"] as const;

/**
 * Statutory holidays that move with the moon or the sun: the days between which they can lie, and
 * how many of these are off at least. Mid-Autumn may fall into the week of the National Day, which
 * then is a day longer than the seven that it has by itself.
 */
export const MOVING_HOLIDAYS = [
  { name: "Spring Festival (春节)", from: "01-20", to: "02-27", daysMin: 3 },
  { name: "Qingming (清明节)", from: "04-04", to: "04-06", daysMin: 1 },
  { name: "Dragon Boat (端午节)", from: "05-27", to: "06-27", daysMin: 1 },
  {
    name: "Mid-Autumn (中秋节), beside the National Day's",
    from: "09-07",
    to: "10-08",
    daysMin: 8,
  },
] as const;

const entryRule = 'must be "MM-DD", or "MM-DD..MM-DD", of days that the year has';

/**
 * A calendar that is fit to be kept, or everything that is wrong with it, at once.
 *
 * Refused are: a year that leaves a hole between it and the known ones; entries that are no days;
 * ranges that run backwards; a day named twice, or off and worked at once; a worked day that is
 * worked anyhow; a statutory holiday without a day off where it can lie; more of anything than a year can have. The
 * days of another year do not pass: its worked weekend days are no weekend days in this one.
 *
 * @param known calendars that there are; one of the same year is replaced
 * @param path what the fields' names begin with, for example `calendar.`
 */
export function checkCalendar(
  calendar: WorkCalendar,
  known: readonly WorkCalendar[],
  path = "calendar.",
): Validated<WorkCalendar> {
  const { year, off, work, source } = calendar;
  const fields: FieldViolation[] = [];
  const add = (field: string, description: string) => {
    fields.push({ field: `${path}${field}`, description });
  };
  const sourceFault = sourceProblem(source);
  if (sourceFault !== null) add("source", sourceFault);
  const yearFault = yearProblem(year, known);
  if (yearFault !== null) add("year", yearFault);
  const long = Object.entries({ off, work }).filter(
    ([, entries]) => entries.length > CALENDAR_ENTRIES_MAX,
  );
  for (const [field, { length }] of long) {
    add(field, `must be at most ${CALENDAR_ENTRIES_MAX} entries, and has ${length}`);
  }
  if (isCalendarYear(year) && long.length === 0) checkDays(calendar, add);
  if (fields.length > 0) return { ok: false, fields };
  return { ok: true, record: { year, off: [...off], work: [...work], source } };
}

type Add = (field: string, description: string) => void;

function checkDays({ year, off, work }: WorkCalendar, add: Add): void {
  const daysOff = checkOff(year, off, add);
  checkWork(year, work, daysOff, add);
  for (const holiday of FIXED_HOLIDAYS) {
    const day = rangeOf(year, holiday)?.first;
    if (day !== undefined && !daysOff.has(day)) {
      add("off", `must have ${holiday}, a statutory holiday every year`);
    }
  }
  for (const { name, from, to, daysMin } of MOVING_HOLIDAYS) {
    const window = rangeOf(year, `${from}..${to}`);
    if (window === null || countOf(window, daysOff) >= daysMin) continue;
    const least = daysMin === 1 ? "a day" : `${daysMin} days`;
    add("off", `must have the days of ${name}: ${least} off from ${from} to ${to}`);
  }
  if (daysOff.size > CALENDAR_DAYS_OFF_MAX) {
    const limit = `at most ${CALENDAR_DAYS_OFF_MAX}`;
    add("off", `must be ${limit} days together, and is ${daysOff.size}`);
  }
}

/** Every day that is off by an entry; the entries that are wrong are told. */
function checkOff(year: number, entries: readonly string[], add: Add): ReadonlySet<DayNumber> {
  const days = new Set<DayNumber>();
  for (const [at, entry] of entries.entries()) {
    const field = `off[${at}]`;
    const range = rangeOf(year, entry);
    if (range === null) add(field, entryProblem(year, entry));
    else if (range.last < range.first) add(field, "ends before it begins");
    else {
      const twice = firstOf(range, days);
      if (twice !== null) add(field, `names ${dayFromNumber(twice)} a second time`);
      for (let day = range.first; day <= range.last; day += 1) days.add(day);
    }
  }
  return days;
}

function firstOf({ first, last }: DayRange, days: ReadonlySet<DayNumber>): DayNumber | null {
  for (let day = first; day <= last; day += 1) if (days.has(day)) return day;
  return null;
}

function countOf({ first, last }: DayRange, days: ReadonlySet<DayNumber>): number {
  let count = 0;
  for (let day = first; day <= last; day += 1) count += Number(days.has(day));
  return count;
}

function checkWork(
  year: number,
  entries: readonly string[],
  daysOff: ReadonlySet<DayNumber>,
  add: Add,
): void {
  const seen = new Set<DayNumber>();
  for (const [at, entry] of entries.entries()) {
    const field = `work[${at}]`;
    const range = rangeOf(year, entry);
    if (range === null) add(field, entryProblem(year, entry));
    else if (entry.includes("..")) add(field, 'must be one day, "MM-DD"');
    else {
      const { first: day } = range;
      const name = dayFromNumber(day);
      if (seen.has(day)) add(field, `names ${name} a second time`);
      seen.add(day);
      if (daysOff.has(day)) add(field, `${name} is off too: it cannot be both`);
      if (isWeekend(day)) continue;
      const weekday = weekdayName(day);
      add(field, `${name} is a ${weekday}, no weekend day: is it the calendar of another year?`);
    }
  }
}

/** Longest entry that an error repeats, characters. */
const ENTRY_SHOWN_MAX = 24;

function entryProblem(year: number, entry: string): string {
  if (/^\d{4}-/.test(entry)) return `${entryRule}: leave the year out`;
  if (!/^[\d.-]+$/.test(entry) || entry.length > ENTRY_SHOWN_MAX) return entryRule;
  return `${entryRule}: ${year} has no "${entry}"`;
}

function isCalendarYear(year: number): boolean {
  return Number.isInteger(year) && year >= CALENDAR_YEAR_MIN && year <= CALENDAR_YEAR_MAX;
}

function yearProblem(year: number, known: readonly WorkCalendar[]): string | null {
  if (!isCalendarYear(year)) return `must be ${CALENDAR_YEAR_MIN} to ${CALENDAR_YEAR_MAX}`;
  const years = known.map((calendar) => calendar.year);
  if (years.length === 0 || years.includes(year)) return null;
  const [before, after] = [years.includes(year - 1), years.includes(year + 1)];
  if (before || after) return null;
  const newest = Math.max(...years);
  const missing = year > newest ? newest + 1 : year + 1;
  return `leaves a hole: the calendar of ${missing} is not known; add that one first`;
}

/** Control characters, and halves of a surrogate pair. */
const unfit = /[\p{Cc}\p{Cs}]/u;

function sourceProblem(source: string): string | null {
  if (source.trim() === "") return "is required: name the notice that published the calendar";
  if (source.length > CALENDAR_SOURCE_LENGTH_MAX) {
    return `must be at most ${CALENDAR_SOURCE_LENGTH_MAX} characters`;
  }
  return unfit.test(source) ? "must be text without control characters" : null;
}

/** The calendars with one more, which replaces that of its year; by year. */
export function withCalendar(
  calendars: readonly WorkCalendar[],
  calendar: WorkCalendar,
): readonly WorkCalendar[] {
  const others = calendars.filter(({ year }) => year !== calendar.year);
  return [...others, calendar].sort((a, b) => a.year - b.year);
}

/** The last day up to which the calendars reach from the earliest without a hole; null of none. */
export function horizonOf(calendars: readonly WorkCalendar[]): Day | null {
  if (calendars.length === 0) return null;
  const years = new Set(calendars.map(({ year }) => year));
  let year = Math.min(...years);
  while (years.has(year + 1)) year += 1;
  return `${year}-12-31`;
}
