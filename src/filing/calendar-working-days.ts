/** Working days over the calendars that are known, and the deadlines that follow from them. */
import type { Day, WorkCalendar } from "../store/filing-records.js";
import { calendarDays } from "./calendar-days.js";
import {
  type DayNumber,
  dayFromNumber,
  dayNumber,
  isWeekend,
  yearOf,
  yearOfNumber,
} from "./days.js";
import type { Deadline } from "./filing.js";

/** Art. 15: every one of its deadlines is 30 working days. */
export const FILING_WORKING_DAYS = 30;
/** Most working days that are counted ahead, some forty years. */
export const WORKING_DAYS_AHEAD_MAX = 10_000;

/**
 * The deadline of something that happened on a day: the end of the 30th working day after it. The
 * day itself is not counted (as 民法典 Art. 201 has it).
 *
 * A year without a calendar in which any day of the count lies, be it a Sunday, makes the deadline
 * provisional: reckoned there with weekends alone. It may move either way, by days, once the
 * calendar is known.
 *
 * @param calendars in any order; of two of one year the later in the list counts
 * @throws RangeError when `startDay` is no day
 */
export function deadlineFrom(startDay: Day, calendars: readonly WorkCalendar[]): Deadline {
  const day = addWorkingDays(startDay, FILING_WORKING_DAYS, calendars);
  const known = new Set(calendars.map(({ year }) => year));
  const first = yearOf(dayFromNumber(dayNumber(startDay) + 1));
  const missingYears: number[] = [];
  for (let year = first; year <= yearOf(day); year += 1) {
    if (!known.has(year)) missingYears.push(year);
  }
  return { day, provisional: missingYears.length > 0, missingYears };
}

/**
 * The `count`-th working day after a day; the day itself for 0.
 * @param count 0 to 10,000
 * @throws RangeError for another count, or no day
 */
export function addWorkingDays(day: Day, count: number, calendars: readonly WorkCalendar[]): Day {
  if (!Number.isInteger(count) || count < 0 || count > WORKING_DAYS_AHEAD_MAX) {
    throw new RangeError(`${count} working days cannot be counted.`);
  }
  const isWorkingDay = workingDays(calendars);
  let number = dayNumber(day);
  for (let left = count; left > 0; ) {
    number += 1;
    if (isWorkingDay(number)) left -= 1;
  }
  return dayFromNumber(number);
}

/**
 * Working days after `after`, up to and with `until`; 0 when `until` is not later.
 * @throws RangeError for what is no day
 */
export function workingDaysBetween(
  after: Day,
  until: Day,
  calendars: readonly WorkCalendar[],
): number {
  const isWorkingDay = workingDays(calendars);
  const last = dayNumber(until);
  let count = 0;
  for (let day = dayNumber(after) + 1; day <= last; day += 1) if (isWorkingDay(day)) count += 1;
  return count;
}

/**
 * Says which days are worked: those that a calendar says so, and where it is silent, or there is
 * none, Monday to Friday.
 */
export function workingDays(calendars: readonly WorkCalendar[]): (day: DayNumber) => boolean {
  const days = calendars.map(calendarDays);
  const byYear = new Map(calendars.map(({ year }, at) => [year, days[at]]));
  return (number) => {
    const calendar = byYear.get(yearOfNumber(number));
    if (calendar?.work.has(number)) return true;
    return !isWeekend(number) && calendar?.off.has(number) !== true;
  };
}
