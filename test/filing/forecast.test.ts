import { describe, expect, it } from "vitest";
import { dayFromNumber, dayNumber } from "../../src/filing/days.js";
import { FORECAST_DAYS_MIN, forecastOf, studentQuantile975 } from "../../src/filing/forecast.js";
import type { DayCount } from "../../src/store/filing-records.js";

const TODAY = "2026-03-02";
const daysAgo = (days: number) => dayFromNumber(dayNumber(TODAY) - days);
/** Counts of the `days` days before today. */
const counts = (days: number, of: (ago: number) => number): readonly DayCount[] =>
  Array.from({ length: days }, (_, at) => ({ day: daysAgo(days - at), persons: of(days - at) }));
const never = { day: null, early: null, late: null };

describe("forecastOf", () => {
  it("finds the day of a steady growth, with no doubt about it", () => {
    const forecast = forecastOf(
      counts(60, (ago) => 50_000 - 500 * ago),
      50_000,
      100_000,
      TODAY,
    );
    const day = daysAgo(-100);
    expect(forecast).toEqual({
      personsPerDay: expect.closeTo(500, 6),
      day,
      early: day,
      late: day,
      daysObserved: 61,
    });
  });

  it("puts the day within an interval that noise widens", () => {
    const noise = (ago: number) => 3_000 * Math.sin(ago * 12.9898);
    const of = (scale: number) =>
      forecastOf(
        counts(60, (ago) => Math.round(50_000 - 500 * ago + scale * noise(ago))),
        50_000,
        100_000,
        TODAY,
      );
    const width = (scale: number) => {
      const { day, early, late } = of(scale);
      if (day === null || early === null || late === null) throw new Error("no forecast");
      expect([early, day, late]).toEqual([early, day, late].sort());
      return dayNumber(late) - dayNumber(early);
    };
    expect(width(1)).toBeGreaterThan(width(0.1));
    expect(width(0.1)).toBeGreaterThan(0);
  });

  it("agrees with the textbook: slope and interval of a small sample", () => {
    const persons = [9, 12, 14, 16, 18, 20, 21];
    const series = persons
      .slice(0, -1)
      .map((count, at) => ({ day: daysAgo(6 - at), persons: count }));
    const forecast = forecastOf(series, 21, 100, TODAY);
    expect(forecast.personsPerDay).toBeCloseTo(56 / 28, 9);
    expect(forecast.daysObserved).toBe(7);
    // Line: 15.714 + 2 (x + 3) = 100 at x = 39.14; s = 0.5345, t(5) = 2.5706.
    expect(forecast.day).toBe(daysAgo(-40));
    expect(forecast.early).toBe(daysAgo(-35));
    expect(forecast.late).toBe(daysAgo(-46));
  });

  it("says the late end may be never, when the growth is in doubt", () => {
    const forecast = forecastOf(
      counts(30, (ago) => 80_000 - 20 * ago + (ago % 2 === 0 ? 2_000 : -2_000)),
      80_000,
      100_000,
      TODAY,
    );
    expect(forecast.day).not.toBeNull();
    expect(forecast.late).toBeNull();
  });

  it.each<[string, readonly DayCount[], number]>([
    ["no counts at all", [], 5],
    ["too few days", counts(FORECAST_DAYS_MIN - 2, (ago) => 50_000 - 500 * ago), 50_000],
    ["a count that stands still", counts(60, () => 50_000), 50_000],
    ["a count that falls", counts(60, (ago) => 50_000 + 500 * ago), 50_000],
    ["a growth that takes more than ten years", counts(60, (ago) => 50_000 - ago), 50_000],
    ["a threshold that is reached", counts(60, (ago) => 100_000 - 500 * ago), 100_000],
    ["days that are none", counts(60, () => 5).map((one) => ({ ...one, day: "2026-02-30" })), 5],
    ["days long past", counts(400, (ago) => 50_000 - ago).slice(0, 300), 50_000],
    ["days to come", counts(60, (ago) => ago).map((one) => ({ ...one, day: "2027-01-01" })), 5],
  ])("has no day for %s", (_what, dayCounts, persons) => {
    expect(forecastOf(dayCounts, persons, 100_000, TODAY)).toMatchObject(never);
  });

  it("passes over counts that are none, and takes the later of two of one day", () => {
    const steady = counts(60, (ago) => 50_000 - 500 * ago);
    const bad = [NaN, Infinity, -5, 0.5].map((persons, at) => ({ day: daysAgo(at + 61), persons }));
    const first = steady.map((one) => ({ ...one, persons: 1 }));
    const expected = forecastOf(steady, 50_000, 100_000, TODAY);
    expect(forecastOf([...bad, ...first, ...steady], 50_000, 100_000, TODAY)).toEqual(expected);
    expect(forecastOf(steady, NaN, 100_000, TODAY)).toMatchObject({ daysObserved: 60 });
  });

  it("looks back on ninety days, today included", () => {
    const late = forecastOf(
      counts(300, (ago) => 50_000 - 100 * ago),
      50_000,
      100_000,
      TODAY,
    );
    expect(late.daysObserved).toBe(90);
  });
});

describe("studentQuantile975", () => {
  it.each([
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [88, 1.9873],
  ])("with %d degrees of freedom is %d", (degrees, quantile) => {
    expect(Math.abs(studentQuantile975(degrees) / quantile - 1)).toBeLessThan(0.002);
  });
});
