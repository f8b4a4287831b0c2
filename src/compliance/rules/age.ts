import type { Enrolment } from "./rule.js";

/** China keeps one time zone, eight hours ahead of UTC, without daylight saving since 1992. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
/** Art. 7: 不满十四周岁. */
const MINOR_AGE_YEARS = 14;

/** The calendar day in Asia/Shanghai, YYYY-MM-DD. */
export function shanghaiDay(nowMs: number): string {
  return new Date(nowMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

/**
 * True when the person is under 14, false when not, null when that is not known: nothing is
 * stated, or what is stated is no day up to today.
 *
 * A full year of age (周岁) counts from the day after the birthday, as the Supreme People's Court
 * counts it (法释〔2006〕1 号, Art. 2): on the 14th birthday itself a person is still under 14.
 */
export function isUnder14(age: Enrolment["age"], nowMs: number): boolean | null {
  if (age === null) return null;
  if ("band" in age) return age.band === "UNDER_14";
  const today = shanghaiDay(nowMs);
  if (!isDay(age.birthDate) || age.birthDate > today) return null;
  const year = Number(age.birthDate.slice(0, 4)) + MINOR_AGE_YEARS;
  const birthday = `${String(year).padStart(4, "0")}${age.birthDate.slice(4)}`;
  return today <= birthday;
}

/** True for a day of the calendar in the form YYYY-MM-DD. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
