import type { Day, DayCount } from "../store/filing-records.js";
import { type DayNumber, dayFromNumber, dayNumber, isDay } from "./days.js";
import type { Forecast } from "./filing.js";

/** Days of counts that the forecast looks back on, today included. */
export const FORECAST_WINDOW_DAYS = 90;
/** With fewer days of counts there is no forecast. */
export const FORECAST_DAYS_MIN = 7;
/** What is farther off is called never: ten years. */
export const FORECAST_HORIZON_DAYS = 3_653;
/** Persons by which a line that meets the threshold exactly may miss it in floating point. */
const ROUNDING = 1e-6;

/**
 * When the threshold will be reached, if the last 90 days are like the next.
 *
 * A line is fitted to the counts by least squares. `day` is the first on which the line is at the
 * threshold; `early` and `late` are the first on which the upper and the lower bound of its 95 %
 * prediction interval are, s * t * sqrt(1 + 1/n + (x - mean)^2 / Sxx). Counts of days in a row are
 * not independent, so that the interval is rather too narrow than too wide.
 *
 * There is no day when there are fewer than seven days of counts, when the count does not grow,
 * and once the threshold is reached. Counts that are none, and days outside the window, are
 * passed over.
 *
 * @param dayCounts in any order; of two of one day the later in the list counts
 * @param persons now, which is the count of today
 * @param today in Asia/Shanghai
 */
export function forecastOf(
  dayCounts: readonly DayCount[],
  persons: number,
  threshold: number,
  today: Day,
): Forecast {
  const points = pointsOf(dayCounts, persons, dayNumber(today));
  const none = { personsPerDay: 0, day: null, early: null, late: null };
  if (points.length < FORECAST_DAYS_MIN) return { ...none, daysObserved: points.length };
  const line = lineThrough(points);
  const growing = line.slope > 0 && persons < threshold;
  const day = growing ? firstDay((ahead) => line.at(ahead), threshold) : null;
  const found = { ...none, personsPerDay: line.slope, daysObserved: points.length };
  if (day === null) return found;
  const early = firstDay((ahead) => line.at(ahead) + line.margin(ahead), threshold);
  const late = firstDay((ahead) => line.at(ahead) - line.margin(ahead), threshold);
  const named = (ahead: number | null) =>
    ahead === null ? null : dayFromNumber(dayNumber(today) + ahead);
  return { ...found, day: named(day), early: named(early), late: named(late) };
}

/** A count, and its day relative to today. */
interface Point {
  readonly x: number;
  readonly y: number;
}

function pointsOf(
  dayCounts: readonly DayCount[],
  persons: number,
  today: DayNumber,
): readonly Point[] {
  const counts = new Map<number, number>();
  for (const { day, persons: count } of dayCounts) {
    const x = isDay(day) && isCount(count) ? dayNumber(day) - today : Number.NaN;
    if (x <= 0 && x > -FORECAST_WINDOW_DAYS) counts.set(x, count);
  }
  if (isCount(persons)) counts.set(0, persons);
  return [...counts].map(([x, y]) => ({ x, y }));
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0;
}

interface Line {
  /** Persons a day. */
  readonly slope: number;
  /** Of a day, relative to today. */
  at(x: number): number;
  /** Half of the 95 % prediction interval there. */
  margin(x: number): number;
}

/** @param points at least three, of different days */
function lineThrough(points: readonly Point[]): Line {
  const n = points.length;
  const sum = (of: (point: Point) => number) => points.reduce((all, one) => all + of(one), 0);
  const meanX = sum(({ x }) => x) / n;
  const meanY = sum(({ y }) => y) / n;
  const sxx = sum(({ x }) => (x - meanX) ** 2);
  const slope = sum(({ x, y }) => (x - meanX) * (y - meanY)) / sxx;
  const at = (x: number) => meanY + slope * (x - meanX);
  const spread = Math.sqrt(sum(({ x, y }) => (y - at(x)) ** 2) / (n - 2));
  const quantile = studentQuantile975(n - 2);
  const margin = (x: number) => quantile * spread * Math.sqrt(1 + 1 / n + (x - meanX) ** 2 / sxx);
  return { slope, at, margin };
}

/** First day ahead, tomorrow at the earliest, on which it is at the threshold; null for never. */
function firstDay(countOn: (ahead: number) => number, threshold: number): number | null {
  for (let ahead = 1; ahead <= FORECAST_HORIZON_DAYS; ahead += 1) {
    if (countOn(ahead) >= threshold - ROUNDING) return ahead;
  }
  return null;
}

/**
 * 97.5 % quantile of Student's t distribution (Abramowitz and Stegun, 26.7.5); off by less than
 * 0.2 % from five degrees of freedom on.
 */
export function studentQuantile975(degrees: number): number {
  const z = 1.959_963_984_540_054;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, at) => sum + term / degrees ** (at + 1), z);
}
