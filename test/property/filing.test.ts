import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCalendar, horizonOf } from "../../src/filing/calendar.js";
import { readCalendarFile, withCalendarFiles } from "../../src/filing/calendar-files.js";
import {
  addWorkingDays,
  deadlineFrom,
  FILING_WORKING_DAYS,
  workingDays,
  workingDaysBetween,
} from "../../src/filing/calendar-working-days.js";
import { dayFromNumber, dayNumber, isDay, yearOf } from "../../src/filing/days.js";
import type { FilingStatus } from "../../src/filing/filing.js";
import { forecastOf } from "../../src/filing/forecast.js";
import { statusOf } from "../../src/filing/state.js";
import { courseOf } from "../../src/filing/state-course.js";
import { checkStep, filingSteps } from "../../src/filing/steps.js";
import {
  type Day,
  type FilingEvent,
  filingSections,
  type WorkCalendar,
} from "../../src/store/filing-records.js";
import { aStep, changed, eventOf, factsWith, noonOf, reached } from "../filing/events.js";

const days = (first: Day, last: Day) =>
  fc.integer({ min: dayNumber(first), max: dayNumber(last) }).map(dayFromNumber);

const entries = (year: number) =>
  fc.array(
    days(`${year}-01-01`, `${year}-12-20`).chain((first) =>
      fc.nat({ max: 9 }).map((length) => {
        const last = dayFromNumber(dayNumber(first) + length);
        return `${first.slice(5)}..${last.slice(5)}`;
      }),
    ),
    { maxLength: 8 },
  );

/** Any days off and any days worked: more than any State Council would think of. */
const calendarOf = (year: number): fc.Arbitrary<WorkCalendar> =>
  fc.tuple(entries(year), entries(year)).map(([off, work]) => ({ year, off, work, source: "any" }));

const years = [2025, 2026, 2027, 2028];
const allCalendars = fc.tuple(...years.map(calendarOf));

describe("deadlineFrom", () => {
  test("has just thirty working days after the start, and is itself the last of them", () => {
    fc.assert(
      fc.property(allCalendars, days("2024-12-01", "2028-12-31"), (calendars, start) => {
        const { day } = deadlineFrom(start, calendars);
        expect(workingDaysBetween(start, day, calendars)).toBe(FILING_WORKING_DAYS);
        expect(workingDays(calendars)(dayNumber(day))).toBe(true);
        expect(addWorkingDays(start, FILING_WORKING_DAYS, calendars)).toBe(day);
      }),
    );
  });

  test("never comes earlier for a later start", () => {
    fc.assert(
      fc.property(allCalendars, days("2025-01-01", "2028-06-30"), (calendars, start) => {
        const next = dayFromNumber(dayNumber(start) + 1);
        expect(deadlineFrom(start, calendars).day <= deadlineFrom(next, calendars).day).toBe(true);
      }),
    );
  });

  test("is not moved by more calendars unless it was provisional", () => {
    fc.assert(
      fc.property(
        allCalendars,
        fc.nat({ max: 3 }),
        days("2025-01-01", "2028-12-31"),
        (calendars, count, start) => {
          const before = deadlineFrom(start, calendars.slice(0, count));
          const after = deadlineFrom(start, calendars);
          if (!before.provisional) expect(after).toEqual(before);
          else expect(before.missingYears.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test("is provisional just when a day of the count lies in a year without a calendar", () => {
    fc.assert(
      fc.property(fc.subarray(years), days("2024-12-01", "2028-12-31"), (known, start) => {
        const calendars = known.map((year) => ({ year, off: [], work: [], source: "any" }));
        const { day, provisional, missingYears } = deadlineFrom(start, calendars);
        const touched = new Set<number>();
        for (let at = dayNumber(start) + 1; at <= dayNumber(day); at += 1) {
          touched.add(yearOf(dayFromNumber(at)));
        }
        const missing = [...touched].filter((year) => !known.includes(year));
        expect(missingYears).toEqual(missing);
        expect(provisional).toBe(missing.length > 0);
      }),
    );
  });
});

describe("checkCalendar and readCalendarFile", () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("01-01", "02-30", "12-31..01-01", "05-01..05-05", "10-01", "-1..1"),
  );
  const anyCalendar = fc.record({
    year: fc.oneof(fc.integer({ min: 2024, max: 2028 }), fc.double(), fc.integer()),
    off: fc.array(anyText, { maxLength: 80 }),
    work: fc.array(anyText, { maxLength: 80 }),
    source: anyText,
  });

  test("judge anything without a throw, and what they accept is whole", () => {
    fc.assert(
      fc.property(anyCalendar, allCalendars, (calendar, known) => {
        const result = checkCalendar(calendar, known);
        if (result.ok) expect(isDay(horizonOf([result.record]) ?? "")).toBe(true);
        else expect(result.fields.length).toBeGreaterThan(0);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(anyText, fc.json()), (text) => {
        const result = readCalendarFile(text);
        expect(result.ok || result.fields.length > 0).toBe(true);
        withCalendarFiles([], [{ name: "a", text }]);
      }),
    );
  });
});

describe("forecastOf", () => {
  test("is never a number or a day that is none, whatever is counted", () => {
    const anyCount = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(NaN, Infinity, -1));
    const counts = fc.array(
      fc.record({
        day: fc.oneof(days("2025-10-01", "2026-03-05"), fc.string()),
        persons: anyCount,
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(
        counts,
        anyCount,
        fc.integer({ min: 1, max: 100_000 }),
        (list, now, threshold) => {
          const forecast = forecastOf(list, now, threshold, "2026-03-02");
          const { personsPerDay, day, early, late, daysObserved } = forecast;
          expect(Number.isFinite(personsPerDay)).toBe(true);
          expect(daysObserved).toBeLessThanOrEqual(90);
          for (const one of [day, early, late]) expect(one === null || isDay(one)).toBe(true);
          if (day === null) expect([early, late]).toEqual([null, null]);
          else expect(early !== null && early <= day && (late === null || day <= late)).toBe(true);
        },
      ),
    );
  });
});

/** What may happen on one day. Steps are told with a delay, what the server sees at once. */
type Happening =
  | { readonly what: "count"; readonly persons: number }
  | { readonly what: "change"; readonly section: number }
  | { readonly what: "step"; readonly kind: number; readonly daysAgo: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant("count"), persons: fc.integer({ min: 99_990, max: 100_010 }) }),
  fc.record({ what: fc.constant("change"), section: fc.nat() }),
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("step"),
      kind: fc.nat(),
      daysAgo: fc.nat({ max: 20 }),
    }),
  },
);

/** Mostly whichever step is allowed, so that the histories get far. */
function stepOn(day: Day, { kind, daysAgo }: { kind: number; daysAgo: number }, events: Events) {
  const on = dayFromNumber(dayNumber(day) - daysAgo);
  const steps = filingSteps.map((name) => aStep(name, on));
  const allowed = steps.filter((step) => checkStep(step, events, noonOf(day)).ok);
  return allowed[kind % Math.max(1, allowed.length)];
}
type Events = readonly FilingEvent[];

interface History {
  readonly day: Day;
  readonly persons: number;
  readonly events: Events;
}

/** Plays a history, and looks at the status after each happening. */
function play(
  happenings: readonly (readonly [number, Happening])[],
  look: (status: FilingStatus, history: History) => void,
): void {
  let day = "2025-09-01";
  let persons = 0;
  const events: FilingEvent[] = [];
  for (const [pause, one] of happenings) {
    day = dayFromNumber(dayNumber(day) + pause);
    if (one.what === "count") {
      persons = one.persons;
      // As the store keeps it: the first is for ever.
      const first = !events.some(({ kind }) => kind === "THRESHOLD_REACHED");
      if (persons >= 100_000 && first) events.push(reached(day));
    } else if (one.what === "change") {
      const section = filingSections[one.section % filingSections.length] ?? "rules";
      events.push(changed(day, section));
    } else {
      const step = stepOn(day, one, events);
      if (step !== undefined) events.push(eventOf(step));
    }
    look(statusOf(factsWith({ events, persons }), noonOf(day)), { day, persons, events });
  }
}

const histories = fc.array(fc.tuple(fc.nat({ max: 25 }), happening), {
  maxLength: 40,
  size: "max",
});

describe("statusOf over any history that checkStep allows", () => {
  test("never comes to what cannot be", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(histories, (happenings) => {
        play(happenings, (status, { events }) => {
          seen.add(status.state);
          expectPossible(status, events);
        });
      }),
      { numRuns: 120 },
    );
    // Else the histories would not get far enough to show anything.
    expect(seen.size).toBe(9);
  });

  test("keeps the first crossing for ever, and its deadline", () => {
    fc.assert(
      fc.property(histories, (happenings) => {
        let first: number | null = null;
        let deadline: string | undefined;
        play(happenings, ({ reachedAtMs, clocks }, { events }) => {
          first ??= reachedAtMs;
          deadline ??= clocks.find(({ kind }) => kind === "FILING")?.day;
          const crossing = events.find(({ kind }) => kind === "THRESHOLD_REACHED")?.atMs ?? null;
          const now = clocks.find(({ kind }) => kind === "FILING")?.day;
          expect([reachedAtMs, crossing, now]).toEqual([first, first, deadline]);
        });
      }),
      { numRuns: 30 },
    );
  });

  test("does not depend on the order in which days are told, but on the days", () => {
    fc.assert(
      fc.property(histories, (happenings) => {
        const seen: [FilingStatus, History][] = [];
        play(happenings, (status, history) => seen.push([status, history]));
        const last = seen.at(-1);
        if (last === undefined) return;
        const [{ state, clocks }, { day, persons, events }] = last;
        const byDay = [...events].sort((a, b) => a.atMs - b.atMs);
        const again = statusOf(factsWith({ events: byDay, persons }), noonOf(day));
        expect(again.state).toBe(state);
        expect(again.clocks).toEqual(clocks);
      }),
      { numRuns: 30 },
    );
  });
});

function expectPossible(status: FilingStatus, events: Events): void {
  const { state, clocks, reachedAtMs, nextSteps } = status;
  const { filing, pending, endedAtMs } = courseOf(events);
  const running = clocks.filter(({ stoppedAtMs }) => stoppedAtMs === null);
  const runs = (kind: string) => running.filter((clock) => clock.kind === kind).length;
  const waits = (kind: string) => pending.filter((submission) => submission.kind === kind).length;

  const before = state === "NOT_REQUIRED" || state === "APPROACHING";
  expect(before).toBe(reachedAtMs === null);
  if (before) expect([clocks, pending, filing]).toEqual([[], [], "NONE"]);
  expect(runs("FILING")).toBe(!before && (filing === "NONE" || filing === "SENT_BACK") ? 1 : 0);
  expect(waits("FILING")).toBe(filing === "HANDED_IN" ? 1 : 0);
  expect(runs("CANCELLATION") + waits("CANCELLATION")).toBe(
    endedAtMs !== null && filing !== "CANCELLED" ? 1 : 0,
  );
  if (state === "CANCELLED" || state === "FILED") expect([running, pending]).toEqual([[], []]);
  if (state === "SUBMITTED") {
    expect(running).toEqual([]);
    expect(pending.length).toBeGreaterThan(0);
  }
  expect(state === "OVERDUE").toBe(running.some(({ overdue }) => overdue));
  expect(status.enrolmentBlocked).toBe(state === "OVERDUE");
  expect(state === "DUE").toBe(runs("FILING") === 1 && state !== "OVERDUE");
  for (const clock of clocks) {
    expect(clock.startDay <= clock.day).toBe(true);
    expect(clock.workingDaysLeft).not.toBe(0);
    expect(clock.kind === "CHANGE").toBe(clock.sections.length > 0);
  }
  expect(nextSteps.length).toBeGreaterThan(0);
}

test("99,999, 100,000, 99,999 and 100,000 persons again are one first crossing", () => {
  const count = (persons: number): [number, Happening] => [1, { what: "count", persons }];
  const seen: [string, number | null, boolean][] = [];
  play([99_999, 100_000, 99_999, 100_000].map(count), (status) => {
    seen.push([status.state, status.reachedAtMs, status.belowAgain]);
  });
  const first = noonOf("2025-09-03");
  expect(seen).toEqual([
    ["APPROACHING", null, false],
    ["DUE", first, false],
    ["DUE", first, true],
    ["DUE", first, false],
  ]);
});
