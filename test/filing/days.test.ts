import { describe, expect, it } from "vitest";
import {
  dayFromNumber,
  dayNumber,
  dayOf,
  endOfDayMs,
  isDay,
  isWeekend,
  startOfDayMs,
  weekdayName,
} from "../../src/filing/days.js";

describe("dayOf", () => {
  it("turns at midnight in Shanghai, not at midnight UTC", () => {
    expect(dayOf(Date.parse("2025-12-31T15:59:59.999Z"))).toBe("2025-12-31");
    expect(dayOf(Date.parse("2025-12-31T16:00:00.000Z"))).toBe("2026-01-01");
  });

  it("agrees with the time-zone database on every day of its years", () => {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });
    const end = Date.UTC(2035, 0, 1);
    for (let ms = Date.UTC(1992, 0, 1); ms < end; ms += 57 * 3_600_000 + 12_345) {
      expect(dayOf(ms)).toBe(format.format(ms));
    }
  });

  it.each([NaN, Infinity, -Infinity, 1e18])("throws for %s, which is no instant", (ms) => {
    expect(() => dayOf(ms)).toThrow(RangeError);
  });
});

describe("startOfDayMs and endOfDayMs", () => {
  it("are the first and the last instant of the day", () => {
    const start = startOfDayMs("2025-06-01");
    expect(new Date(start).toISOString()).toBe("2025-05-31T16:00:00.000Z");
    expect(dayOf(start)).toBe("2025-06-01");
    expect(dayOf(start - 1)).toBe("2025-05-31");
    expect(dayOf(endOfDayMs("2025-06-01"))).toBe("2025-06-01");
    expect(dayOf(endOfDayMs("2025-06-01") + 1)).toBe("2025-06-02");
  });
});

describe("isDay", () => {
  it.each(["2025-06-01", "2028-02-29", "1970-01-01", "2999-12-31"])("takes %s", (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    "2025-02-30",
    "2026-02-29",
    "2025-13-01",
    "2025-00-01",
    "2025-01-00",
    "2025-6-1",
    "25-06-01",
    "1969-12-31",
    "3000-01-01",
    "2025-06-01T00:00:00Z",
    " 2025-06-01",
    "2025-06-01\n",
    "",
    "9".repeat(100_000),
  ])("refuses %.20j", (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe("day numbers", () => {
  it("go there and back, and know the weekday", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayFromNumber(dayNumber("2026-02-28") + 1)).toBe("2026-03-01");
    expect(weekdayName(dayNumber("2025-06-01"))).toBe("Sunday");
    expect(isWeekend(dayNumber("2025-06-01"))).toBe(true);
    expect(isWeekend(dayNumber("2025-06-02"))).toBe(false);
    expect(weekdayName(dayNumber("1969-12-28"))).toBe("Sunday");
  });

  it("throw for what is no day", () => {
    expect(() => dayNumber("2025-02-30")).toThrow(RangeError);
    expect(() => dayFromNumber(NaN)).toThrow(RangeError);
    expect(() => dayFromNumber(1e8)).toThrow(RangeError);
  });
});
