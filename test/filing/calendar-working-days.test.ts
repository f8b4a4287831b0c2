import { describe, expect, it } from "vitest";
import { shippedCalendars } from "../../src/filing/calendar-data.js";
import {
  addWorkingDays,
  deadlineFrom,
  workingDays,
  workingDaysBetween,
} from "../../src/filing/calendar-working-days.js";
import { dayFromNumber, dayNumber } from "../../src/filing/days.js";
import { made2027, shippedOf } from "./calendars.js";
import { daysOff2025, daysOff2026 } from "./chinese-days.js";
import { deadlineVectors, provisionalVector } from "./vectors.js";

describe("the shipped calendars", () => {
  it.each([
    [2025, daysOff2025],
    [2026, daysOff2026],
  ])("agree with chinese-days on every day of %d", (year, expected) => {
    const isWorkingDay = workingDays(shippedCalendars);
    const first = dayNumber(`${year}-01-01`);
    const days = Array.from({ length: 365 }, (_, at) => first + at);
    const off = days.filter((day) => !isWorkingDay(day));
    expect(off.map((day) => dayFromNumber(day).slice(5)).join(" ")).toBe(expected);
  });
});

describe("deadlineFrom", () => {
  it.each(deadlineVectors)("is 30 working days after %s: %s", (start, day) => {
    expect(deadlineFrom(start, shippedCalendars)).toEqual({
      day,
      provisional: false,
      missingYears: [],
    });
  });

  it("is provisional when it reaches into a year without a calendar, and names the year", () => {
    const deadline = deadlineFrom(provisionalVector, shippedCalendars);
    // Weekends alone: the 1st of January 2027 is a Friday.
    expect(deadline).toEqual({ day: "2027-01-01", provisional: true, missingYears: [2027] });
  });

  it("is firm, and may move, once the calendar arrives", () => {
    const calendars = [...shippedCalendars, made2027];
    const deadline = deadlineFrom(provisionalVector, calendars);
    expect(deadline).toEqual({ day: "2027-01-04", provisional: false, missingYears: [] });
  });

  it("is provisional when but one Sunday of the count lies in the unknown year", () => {
    const only2026 = [shippedOf(2026)];
    // Of 2023 the count has just Sunday the 31st.
    expect(deadlineFrom("2023-12-30", [made(2024)])).toMatchObject({ missingYears: [2023] });
    expect(deadlineFrom("2023-12-31", [made(2024)])).toMatchObject({ provisional: false });
    expect(deadlineFrom("2025-12-31", only2026)).toMatchObject({ provisional: false });
  });

  it("names every missing year, and without any calendar counts weekends alone", () => {
    expect(deadlineFrom("2025-12-01", [])).toEqual({
      day: "2026-01-12",
      provisional: true,
      missingYears: [2025, 2026],
    });
  });

  it("takes the later of two calendars of one year", () => {
    const without = { ...shippedOf(2025), off: ["01-01", "05-01", "10-01"], work: [] };
    const { day } = deadlineFrom("2025-09-30", [...shippedCalendars, without]);
    expect(day).toBe("2025-11-12");
  });

  it("throws for what is no day", () => {
    expect(() => deadlineFrom("2025-02-30", shippedCalendars)).toThrow(RangeError);
    expect(() => deadlineFrom("", shippedCalendars)).toThrow(RangeError);
  });
});

const made = (year: number) => ({ ...made2027, year, work: [] });

describe("addWorkingDays and workingDaysBetween", () => {
  it("work a swapped weekend, and rest over a holiday", () => {
    expect(addWorkingDays("2025-09-26", 1, shippedCalendars)).toBe("2025-09-28");
    expect(addWorkingDays("2025-09-30", 1, shippedCalendars)).toBe("2025-10-09");
    expect(addWorkingDays("2025-10-09", 2, shippedCalendars)).toBe("2025-10-11");
    expect(addWorkingDays("2025-10-04", 0, shippedCalendars)).toBe("2025-10-04");
    expect(workingDaysBetween("2025-09-26", "2025-10-11", shippedCalendars)).toBe(6);
    expect(workingDaysBetween("2025-10-11", "2025-10-11", shippedCalendars)).toBe(0);
    expect(workingDaysBetween("2025-10-11", "2025-09-26", shippedCalendars)).toBe(0);
  });

  it.each([-1, 0.5, NaN, Infinity, 10_001])("throw for %s working days", (count) => {
    expect(() => addWorkingDays("2025-09-26", count, shippedCalendars)).toThrow(RangeError);
  });
});
