import { describe, expect, it } from "vitest";
import {
  CALENDAR_ENTRIES_MAX,
  CALENDAR_SOURCE_LENGTH_MAX,
  checkCalendar,
  horizonOf,
  withCalendar,
} from "../../src/filing/calendar.js";
import { shippedCalendars } from "../../src/filing/calendar-data.js";
import { faultsOf, leastOff, made2027, shippedOf } from "./calendars.js";

const check = (change: Partial<typeof made2027>, known = shippedCalendars) =>
  faultsOf(checkCalendar({ ...made2027, ...change }, known));

describe("checkCalendar", () => {
  it("accepts the next year, and any year when none is known", () => {
    expect(checkCalendar(made2027, shippedCalendars)).toEqual({ ok: true, record: made2027 });
    expect(checkCalendar(made2027, [])).toEqual({ ok: true, record: made2027 });
  });

  it.each(shippedCalendars)("accepts the shipped one of $year, in its own place", (calendar) => {
    expect(checkCalendar(calendar, shippedCalendars)).toEqual({ ok: true, record: calendar });
  });

  it("accepts the year before the known ones", () => {
    expect(check({ year: 2024, work: ["02-04"] })).toEqual([]);
  });

  it.each([
    ["calendar.off[7]", "ends before it begins", { off: [...made2027.off, "12-05..12-01"] }],
    ["calendar.off[7]", "2027-05-04 a second time", { off: [...made2027.off, "05-04..05-06"] }],
    ["calendar.off[7]", "2027-10-07 a second time", { off: [...made2027.off, "10-07"] }],
    ["calendar.off[7]", '2027 has no "02-30"', { off: [...made2027.off, "02-30"] }],
    ["calendar.off[7]", '2027 has no "02-29"', { off: [...made2027.off, "02-29"] }],
    ["calendar.off[7]", '2027 has no "13-01..13-02"', { off: [...made2027.off, "13-01..13-02"] }],
    ["calendar.off[7]", "leave the year out", { off: [...made2027.off, "2027-06-01"] }],
    ["calendar.off[7]", 'must be "MM-DD"', { off: [...made2027.off, ""] }],
    ["calendar.off[7]", 'must be "MM-DD"', { off: [...made2027.off, "六月一日"] }],
    ["calendar.off[7]", 'must be "MM-DD"', { off: [...made2027.off, "1".repeat(1e6)] }],
    ["calendar.off", "must have 01-01, a statutory holiday", { off: made2027.off.slice(1) }],
    ["calendar.work[0]", "is off too", { work: ["02-06"] }],
    ["calendar.work[0]", "2027-01-26 is a Tuesday, no weekend day", { work: ["01-26"] }],
    ["calendar.work[1]", "a second time", { work: ["01-30", "01-30"] }],
    ["calendar.work[0]", "must be one day", { work: ["01-30..01-31"] }],
    ["calendar.work[0]", '2027 has no "02-31"', { work: ["02-31"] }],
    ["calendar.source", "is required", { source: " " }],
    ["calendar.source", "at most", { source: "x".repeat(CALENDAR_SOURCE_LENGTH_MAX + 1) }],
    ["calendar.source", "control characters", { source: "a\u0000b" }],
  ])("refuses at %s: %s", (field, description, change) => {
    const faults = check(change);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(`${field}: `);
    expect(faults[0]).toContain(description);
  });

  it.each([0, 1999, 2101, 20_270, 2027.5, NaN, Infinity, -1])("refuses the year %s", (year) => {
    expect(check({ year })).toEqual(["calendar.year: must be 2000 to 2100"]);
  });

  it("refuses a year that leaves a hole, and names the one that is missing", () => {
    const later = { off: leastOff, work: [] };
    const hole = (year: number) => check({ ...later, year });
    expect(hole(2028)[0]).toContain("the calendar of 2027 is not known");
    expect(hole(2040)[0]).toContain("the calendar of 2027 is not known");
    expect(hole(2023)[0]).toContain("the calendar of 2024 is not known");
  });

  it.each([
    ["Spring Festival (春节)", "02-05..02-11", "02-05..02-06"],
    ["Qingming (清明节)", "04-05", "04-12"],
    ["Dragon Boat (端午节)", "06-09", "07-09"],
    ["Mid-Autumn (中秋节)", "09-15", "08-15"],
  ])("names %s when it is missing", (name, entry, instead) => {
    const off = leastOff.map((one) => (one === entry ? instead : one));
    const faults = check({ off, work: [] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`calendar.off: must have the days of ${name}`);
    expect(check({ off: leastOff, work: [] })).toEqual([]);
  });

  it("takes Mid-Autumn within a National Day holiday of eight days, as in 2025", () => {
    const off = leastOff.filter((one) => one !== "09-15");
    expect(check({ off: [...off, "10-08"], work: [] })).toEqual([]);
  });

  it("notices that the days are those of another year", () => {
    const faults = check({ ...shippedOf(2026), year: 2027 });
    expect(faults).toContainEqual(expect.stringContaining("is it the calendar of another year?"));
  });

  it("refuses more entries and more days off than a year can have", () => {
    const many = Array.from({ length: 1000 }, () => "06-01");
    const faults = check({ off: many, work: many });
    const tooMany = `must be at most ${CALENDAR_ENTRIES_MAX} entries, and has 1000`;
    expect(faults).toEqual([`calendar.off: ${tooMany}`, `calendar.work: ${tooMany}`]);
    expect(check({ off: ["01-01..12-31"], work: [] })).toEqual([
      "calendar.off: must be at most 60 days together, and is 365",
    ]);
  });

  it("tells everything that is wrong at once", () => {
    const faults = check({
      year: 2027,
      off: ["02-30", "05-05..05-01"],
      work: ["03-01"],
      source: "",
    });
    expect(faults.map((fault) => fault.split(":")[0])).toEqual([
      "calendar.source",
      "calendar.off[0]",
      "calendar.off[1]",
      "calendar.work[0]",
      ...Array.from({ length: 7 }, () => "calendar.off"),
    ]);
  });
});

describe("withCalendar", () => {
  it("replaces the one of its year, and keeps the years in order", () => {
    const other = { ...shippedOf(2025), source: "corrected" };
    expect(withCalendar(shippedCalendars, other)).toEqual([other, shippedOf(2026)]);
    const years = withCalendar(shippedCalendars, { ...made2027, year: 2024 });
    expect(years.map(({ year }) => year)).toEqual([2024, 2025, 2026]);
  });
});

describe("horizonOf", () => {
  it("is the end of the last year before a hole", () => {
    expect(horizonOf([])).toBeNull();
    expect(horizonOf(shippedCalendars)).toBe("2026-12-31");
    expect(horizonOf([made2027, ...shippedCalendars])).toBe("2027-12-31");
    expect(horizonOf([shippedOf(2025), made2027])).toBe("2025-12-31");
  });
});
