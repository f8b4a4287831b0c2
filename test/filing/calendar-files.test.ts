import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { shippedCalendars } from "../../src/filing/calendar-data.js";
import {
  CALENDAR_FILE_SIZE_BYTES_MAX,
  CALENDAR_FILES_MAX,
  readCalendarFile,
  withCalendarFiles,
} from "../../src/filing/calendar-files.js";
import { faultsOf, leastOff, made2027 } from "./calendars.js";

const text2027 = stringify(made2027);
const later = (year: number) => ({ ...made2027, year, off: leastOff, work: [] });

describe("readCalendarFile", () => {
  it("reads YAML as a person writes it, and JSON", () => {
    const written = [
      "# 2027",
      "year: 2027",
      "source: made up for tests",
      "off: [01-01..01-03, 02-05..02-11, 04-03..04-05, 05-01..05-05, 06-09, 09-15, 10-01..10-07]",
      "work:",
      "  - 01-30",
      "  - 02-20",
      "  - 10-09",
    ].join("\n");
    expect(readCalendarFile(written)).toEqual({ ok: true, record: made2027 });
    const json = JSON.stringify(made2027);
    expect(readCalendarFile(json)).toEqual({ ok: true, record: made2027 });
  });

  it("takes a year in which no weekend is worked", () => {
    const { work, ...silent } = made2027;
    expect(work).not.toEqual([]);
    const result = readCalendarFile(stringify(silent));
    expect(result).toEqual({ ok: true, record: { ...made2027, work: [] } });
  });

  it.each([
    ["", ": must be a map"],
    ["[]", ": must be a map"],
    ["year: [", ": is not YAML"],
    ["year: 2027\nyear: 2028", ": is not YAML"],
    ["a: 1\n---\nb: 2", ": is not YAML"],
    ["a: &a [1]\nb: *a", ": is not YAML"],
    ["a: *nothing", ": is not YAML"],
    ["\u0000\u0001", ": must be a map"],
    ["[".repeat(30_000), ": is not YAML"],
    ["x".repeat(CALENDAR_FILE_SIZE_BYTES_MAX + 1), ": is larger than 64 KiB"],
    [`${text2027}\nholidays: []`, "holidays: is not known"],
    [stringify({ ...made2027, year: "2027" }), "year: must be a number"],
    [stringify({ ...made2027, source: 5 }), "source: must be text"],
    [stringify({ ...made2027, off: undefined }), "off: must be a list"],
    [stringify({ ...made2027, off: "01-01" }), "off: must be a list"],
    [stringify({ ...made2027, off: [101] }), "off: must be a list"],
    [stringify({ ...made2027, work: null }), "work: must be a list"],
    [stringify({ ...made2027, work: Array.from({ length: 65 }, () => "") }), "work: must be"],
  ])("refuses %.30j", (text, fault) => {
    const faults = faultsOf(readCalendarFile(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });
});

describe("withCalendarFiles", () => {
  it("adds years that lean on one another, in whatever order the files come", () => {
    const files = [later(2029), later(2024), made2027, later(2028)].map((calendar) => ({
      name: `${calendar.year}.yaml`,
      text: stringify(calendar),
    }));
    const result = withCalendarFiles(shippedCalendars, files);
    expect(result.ok && result.record.map(({ year }) => year)).toEqual([
      2024, 2025, 2026, 2027, 2028, 2029,
    ]);
  });

  it("replaces a known year", () => {
    const [first] = shippedCalendars;
    const corrected = { ...first, source: "corrected" };
    const result = withCalendarFiles(shippedCalendars, [
      { name: "a.yaml", text: stringify(corrected) },
    ]);
    expect(result.ok && result.record[0]).toEqual(corrected);
  });

  it("tells what is wrong in which file, in all of them", () => {
    const files = [
      { name: "a.yaml", text: stringify({ ...made2027, work: ["01-26"] }) },
      { name: "b.yaml", text: "]" },
      { name: "c.yaml", text: stringify(later(2028)) },
      { name: "d.yaml", text: stringify(later(2031)) },
      { name: "e.yaml", text: stringify({ ...later(2028), source: "again" }) },
    ];
    const faults = faultsOf(withCalendarFiles(shippedCalendars, files));
    expect(faults.map((fault) => fault.slice(0, 24))).toEqual([
      "b.yaml: is not YAML: Une",
      "a.yaml: work[0]: 2027-01",
      "e.yaml: year: is 2028, a",
      "d.yaml: year: leaves a h",
    ]);
  });

  it("takes no more files than it should", () => {
    const files = Array.from({ length: CALENDAR_FILES_MAX + 1 }, () => ({ name: "", text: "" }));
    expect(faultsOf(withCalendarFiles([], files))).toEqual([
      "calendar files: must be at most 100, and are 101",
    ]);
  });
});
