/**
 * Days as the law counts them: whole days in Asia/Shanghai. China has had no summer time since
 * 1991, so its days begin eight hours before those of UTC, always.
 */
import type { Day } from "../store/filing-records.js";

export const DAY_MS = 86_400_000;
const SHANGHAI_AHEAD_MS = 8 * 3_600_000;
/** Years of the days that are taken from outside. */
export const DAY_YEAR_MIN = 1970;
export const DAY_YEAR_MAX = 2999;

/** A day as days since 1970-01-01, to reckon with. */
export type DayNumber = number;

/**
 * The day in Asia/Shanghai on which an instant lies.
 * @param ms since the epoch, in the years 1970 to 9999
 * @throws RangeError for what is no such instant
 */
export function dayOf(ms: number): Day {
  return dayFromNumber(dayNumberOf(ms));
}

/** The same as a number; NaN for NaN. */
export function dayNumberOf(ms: number): DayNumber {
  return Math.floor((ms + SHANGHAI_AHEAD_MS) / DAY_MS);
}

/** The first instant of a day in Asia/Shanghai, ms since the epoch. */
export function startOfDayMs(day: Day): number {
  return dayNumber(day) * DAY_MS - SHANGHAI_AHEAD_MS;
}

/** The last millisecond of a day in Asia/Shanghai, ms since the epoch. */
export function endOfDayMs(day: Day): number {
  return startOfDayMs(day) + DAY_MS - 1;
}

/** True for a day that there is, written YYYY-MM-DD, of the years 1970 to 2999. */
export function isDay(text: string): text is Day {
  const year = yearOf(text);
  return year >= DAY_YEAR_MIN && year <= DAY_YEAR_MAX && !Number.isNaN(midnightOf(text));
}

/** @throws RangeError for what is no day */
export function dayNumber(day: Day): DayNumber {
  const ms = midnightOf(day);
  if (Number.isNaN(ms)) throw new RangeError(`"${day.slice(0, 32)}" is no day.`);
  return ms / DAY_MS;
}

/** @throws RangeError outside the years 0 to 9999 */
export function dayFromNumber(number: DayNumber): Day {
  const text = new Date(number * DAY_MS).toISOString();
  if (text.length !== 24) throw new RangeError(`Day ${number} is out of range.`);
  return text.slice(0, 10);
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

export function yearOfNumber(number: DayNumber): number {
  return new Date(number * DAY_MS).getUTCFullYear();
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(number: DayNumber): number {
  // 1970-01-01 was a Thursday.
  return (((number + 4) % 7) + 7) % 7;
}

export function isWeekend(number: DayNumber): boolean {
  const weekday = weekdayOf(number);
  return weekday === 0 || weekday === 6;
}

const weekdayNames = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

export function weekdayName(number: DayNumber): string {
  return weekdayNames[weekdayOf(number)] ?? "";
}

const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Midnight UTC of a day; NaN when there is no such day. Date.UTC takes 02-30 for 03-02. */
function midnightOf(day: string): number {
  const match = dayForm.exec(day);
  const [year, month, date] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  const ms = Date.UTC(year, month - 1, date);
  const made = new Date(ms);
  const same = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1;
  return same && made.getUTCDate() === date ? ms : Number.NaN;
}
