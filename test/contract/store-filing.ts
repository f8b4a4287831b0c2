import { describe, expect, test } from "vitest";
import type { FilingEvent, FilingSnapshot } from "../../src/store/filing-records.js";
import type { OpenHome } from "./store.js";
import { aNew, anErasure, aPerson, enrol, T0 } from "./store-person-records.js";

/** Events of the filing, calendars, handling rules and day counts. */
export function filingContract(home: OpenHome): void {
  describe("the filing", () => {
    events(home);
    plans(home);
    counts(home);
  });
}

const hash = "ab".repeat(32);
const snapshot: FilingSnapshot = {
  operator: hash,
  purpose: hash,
  method: hash,
  rules: hash,
  security: hash,
  assessment: hash,
};
const common = { atMs: T0, actor: "cordon", note: "" };
const reached: FilingEvent = { ...common, kind: "THRESHOLD_REACHED", threshold: 100_000 };

/** One of each kind. */
const course: readonly FilingEvent[] = [
  reached,
  { ...common, kind: "SUBMITTED", number: "S-1", snapshot },
  { ...common, kind: "RETURNED", note: "第二项不完整" },
  { ...common, kind: "FILED", number: "京网信备1号" },
  { ...common, kind: "CHANGED", sections: ["operator", "rules"] },
  { ...common, kind: "CHANGE_SUBMITTED", number: "", snapshot },
  { ...common, kind: "CHANGE_FILED", number: "C-1" },
  { ...common, kind: "USE_ENDED", note: "the square is closed" },
  { ...common, kind: "CANCELLATION_SUBMITTED", number: "" },
  { ...common, kind: "CANCELLED", number: "X-1" },
];

const refused = { code: "RECORD_INVALID" };

function events(home: OpenHome): void {
  test("events are kept in the order in which they were appended, whatever their times", async () => {
    expect(await home.store().listFilingEvents()).toEqual([]);
    const appended = course.map((event, at) => ({ ...event, atMs: T0 - at }));
    for (const event of appended) expect(await home.store().appendFilingEvent(event)).toBe(true);
    expect(await (await home.reopen()).listFilingEvents()).toEqual(appended);
  });

  test("the threshold is reached for the first time once, also when many say so at once", async () => {
    const tries = Array.from({ length: 20 }, (_, at) =>
      home.store().appendFilingEvent({ ...reached, atMs: T0 + at }),
    );
    expect((await Promise.all(tries)).filter((kept) => kept)).toHaveLength(1);
    const again = await home.reopen();
    expect(await again.appendFilingEvent(reached)).toBe(false);
    expect(await again.listFilingEvents()).toHaveLength(1);
  });

  test("an event that is none is refused, and nothing is kept", async () => {
    for (const bad of [
      { ...reached, threshold: 0 },
      { ...reached, atMs: Number.NaN },
      { ...common, kind: "CHANGED", sections: [] },
      { ...common, kind: "CHANGED", sections: ["weather"] },
      { ...common, kind: "SUBMITTED", number: "", snapshot: { ...snapshot, rules: "x" } },
      { ...common, kind: "FORGOTTEN" },
    ] as unknown as readonly FilingEvent[]) {
      await expect(home.store().appendFilingEvent(bad)).rejects.toMatchObject(refused);
    }
    expect(await home.store().listFilingEvents()).toEqual([]);
  });
}

function plans(home: OpenHome): void {
  const calendar = (year: number, source = "a notice") => {
    return { year, off: ["01-01", "02-15..02-23"], work: ["01-04"], source };
  };

  test("calendars are listed by year, and a new one replaces that of its year", async () => {
    expect(await home.store().listCalendars()).toEqual([]);
    for (const year of [2028, 2027]) await home.store().putCalendar(calendar(year));
    await home.store().putCalendar(calendar(2027, "a correction"));
    const again = await home.reopen();
    expect(await again.listCalendars()).toEqual([calendar(2027, "a correction"), calendar(2028)]);
    const bad = { ...calendar(2027), off: Array.from({ length: 1_000 }, () => "01-01") };
    await expect(again.putCalendar(bad)).rejects.toMatchObject(refused);
  });

  test("the handling rules are absent at first, then those last set", async () => {
    const rules = {
      ...{ collection: "c", storage: "s", use: "u", transfer: "t", deletion: "处理" },
      ...{ authorisation: "a", incidentResponse: "i", intrusionDetection: "d" },
      ...{ documentSha256: "", approver: "Li Wei", approvedAtMs: T0 },
    };
    expect(await home.store().getHandlingRules()).toBeNull();
    await home.store().setHandlingRules({ ...rules, approver: "Old" });
    await home.store().setHandlingRules({ ...rules, documentSha256: hash });
    const again = await home.reopen();
    expect(await again.getHandlingRules()).toEqual({ ...rules, documentSha256: hash });
    for (const bad of [
      { ...rules, documentSha256: "x" },
      { ...rules, use: "u".repeat(20_000) },
    ]) {
      await expect(again.setHandlingRules(bad)).rejects.toMatchObject(refused);
    }
  });
}

function counts(home: OpenHome): void {
  test("the newest day counts are listed oldest first, one for each day", async () => {
    const put = (day: string, persons: number) => home.store().putDayCount({ day, persons });
    for (const [day, persons] of [
      ["2026-06-02", 7],
      ["2025-12-31", 1],
      ["2026-06-01", 5],
      ["2026-06-02", 6],
    ] as const) {
      await put(day, persons);
    }
    const again = await home.reopen();
    expect(await again.listDayCounts(2)).toEqual([
      { day: "2026-06-01", persons: 5 },
      { day: "2026-06-02", persons: 6 },
    ]);
    expect(await again.listDayCounts(10)).toHaveLength(3);
    for (const bad of [
      { day: "today", persons: 1 },
      { day: "2026-06-01", persons: -1 },
      { day: "2026-06-01", persons: 0.5 },
    ]) {
      await expect(again.putDayCount(bad)).rejects.toMatchObject(refused);
    }
    await expect(again.listDayCounts(0)).rejects.toThrow(/limit must be/);
  });

  test("templates are counted whoever's they are, and no more once they are erased", async () => {
    const store = home.store();
    expect(await store.countTemplatesStored()).toBe(0);
    const root = await enrol(store, aPerson([]));
    const part = await enrol(store, aPerson([], { mergedInto: root.personId }));
    const other = aNew(aPerson([]));
    await store.insertPersons([other]);
    const sizes = await store.countTemplates([root.personId, part.personId]);
    const all = other.templates.length + [...sizes.values()].reduce((sum, one) => sum + one, 0);
    expect(await store.countTemplatesStored()).toBe(all);
    await store.erasePersons([anErasure([part.personId])]);
    expect(await store.countTemplatesStored()).toBe(all - (sizes.get(part.personId) ?? 0));
  });
}
