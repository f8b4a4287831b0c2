import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startCalendars } from "../../src/usecases/filing/calendars.js";
import { createFilingChores } from "../../src/usecases/filing/chores.js";
import type { FilingOptions } from "../../src/usecases/filing/desk.js";
import { watchFiling } from "../../src/usecases/filing/watch.js";
import { made2027 } from "../filing/calendars.js";
import { DAY_MS, START_MS } from "./engine.js";
import { auditedAs, enrolNumber, enrolNumbers, statusOf } from "./filing-people.js";
import { makeWorld, type World } from "./world.js";

let worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds) await world.close();
  worlds = [];
});

/** A world whose filing is due: two persons are stored, which is its threshold. */
async function dueWorld(options: Partial<FilingOptions> = {}): Promise<World> {
  const world = await makeWorld({ thresholdPersons: 2, ...options });
  worlds.push(world);
  await enrolNumbers(world, 0, 2);
  return world;
}

const overdue = "FILING_OVERDUE";

/** What is stopped now: enrolments, queries. */
async function stopped(world: World): Promise<readonly string[]> {
  const enrolment = await enrolNumber(world, 2).then(
    () => [],
    (error: { violations: { type: string }[] }) => error.violations.map(({ type }) => type),
  );
  return [...enrolment.map(() => "enrolment"), ...(await world.reasons()).map(() => "query")];
}

describe("the policy on an overdue filing", () => {
  it.each([
    ["warn", []],
    ["block-enrolment", ["enrolment"]],
    ["block-all", ["enrolment", "query"]],
  ] as const)("%s stops what it says, from the end of the last day on", async (policy, stops) => {
    const world = await dueWorld({ policy });
    const chores = createFilingChores(world.engine);
    const [clock] = (await statusOf(world)).clocks;
    expect(clock).toMatchObject({ startDay: "2026-06-01", deadlineDay: "2026-07-14" });
    world.clock.set(Date.parse("2026-07-14T23:59:59.999+08:00"));
    await chores.tick();
    expect(await world.reasons()).toEqual([]);
    world.clock.pass(1);
    await chores.tick();
    expect(await stopped(world)).toEqual(stops);
    if (stops.includes("query" as never)) expect(await world.reasons()).toEqual([overdue]);
    const status = await statusOf(world);
    expect(status).toMatchObject({
      state: "FILING_STATE_OVERDUE",
      policy,
      enrolmentBlocked: policy !== "warn",
      queriesBlocked: policy === "block-all",
    });
    expect((await world.restarted()).facts.filing()).toEqual({ overdue: true, policy });
    await world.client.filing.recordFilingStep({ step: "FILING_STEP_SUBMITTED" });
    expect(await stopped(world)).toEqual([]);
  });
});

describe("calendars", () => {
  it("of a year to come make a provisional deadline firm, at once", async () => {
    const world = await makeWorld({ thresholdPersons: 2 });
    worlds.push(world);
    await enrolNumber(world, 0);
    world.clock.set(Date.parse("2026-11-20T12:00:00+08:00"));
    // Those who are stored say what is counted; the gate would want newer signs.
    world.engine.filing.count.change(1, 1);
    await world.engine.filing.crossing.check(2, world.clock.nowMs());
    const [before] = (await statusOf(world)).clocks;
    expect(before).toMatchObject({ provisional: true, missingYears: [2027] });
    const { status } = await world.client.filing.putCalendar({ calendar: made2027 as never });
    expect(status?.clocks[0]).toMatchObject({ provisional: false, missingYears: [] });
    expect(status?.calendarHorizon).toBe("2027-12-31");
    expect(auditedAs(world, "filing.calendar")).toMatchObject([{ year: 2027 }]);
    const { calendars } = await world.client.filing.listCalendars({});
    expect(calendars.map(({ year, shipped }) => ({ year, shipped }))).toEqual([
      { year: 2025, shipped: true },
      { year: 2026, shipped: true },
      { year: 2027, shipped: false },
    ]);
    expect((await world.restarted()).filing.book.calendars).toHaveLength(3);
  });

  it("that contradict themselves, leave a hole or are of another year are not kept", async () => {
    const world = await dueWorld();
    for (const calendar of [
      { ...made2027, work: ["01-01"] },
      { ...made2027, year: 2028 },
      { ...made2027, year: 2026, source: "" },
      { ...made2027, off: [] },
    ]) {
      const put = world.client.filing.putCalendar({ calendar: calendar as never });
      await expect(put).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    }
    await expect(world.client.filing.putCalendar({})).rejects.toMatchObject({
      fields: [{ field: "calendar" }],
    });
    expect(await world.engine.store.listCalendars()).toEqual([]);
    expect(auditedAs(world, "filing.calendar")).toEqual([]);
  });

  it("of a folder are read at start, and a bad one stops it with every fault", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cordon-calendars-"));
    try {
      await writeFile(join(folder, "2027.yaml"), JSON.stringify(made2027));
      await writeFile(join(folder, "README.md"), "no calendar");
      expect((await startCalendars(folder)).map(({ year }) => year)).toEqual([2025, 2026, 2027]);
      await writeFile(join(folder, "2028.yml"), "year: 2029\noff: [13-01]\nsource: x\n");
      await expect(startCalendars(folder)).rejects.toThrow(/2028\.yml: year .*\n.*2028\.yml: off/s);
      await expect(startCalendars(join(folder, "none"))).rejects.toThrow(/ENOENT/);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(await startCalendars("")).toHaveLength(2);
  });
});

describe("a watch", () => {
  it("has the status now, and again with every step", async () => {
    const world = await dueWorld();
    const states: string[] = [];
    const steps = ["FILING_STEP_SUBMITTED", "FILING_STEP_RETURNED"] as const;
    let at = 0;
    for await (const { status } of world.client.filing.watchFilingStatus({})) {
      states.push(status?.state ?? "");
      const step = steps[at++];
      if (step === undefined) break;
      await world.client.filing.recordFilingStep({ step });
    }
    expect(states).toEqual(["FILING_STATE_DUE", "FILING_STATE_SUBMITTED", "FILING_STATE_DUE"]);
  });

  it("has what the clock alone brings about, and the first reaching of the threshold", async () => {
    const world = await makeWorld({ thresholdPersons: 2, policy: "warn" });
    worlds.push(world);
    const chores = createFilingChores(world.engine);
    const watch = watchFiling(world.engine, new AbortController().signal);
    const next = async () => (await watch.next()).value?.state;
    expect(await next()).toBe("NOT_REQUIRED");
    await enrolNumbers(world, 0, 2);
    expect(await next()).toBe("DUE");
    world.clock.pass(60 * DAY_MS);
    const waiting = next();
    await chores.tick();
    expect(await waiting).toBe("OVERDUE");
  });

  it("ends when the server drains, and when its caller is gone", async () => {
    const world = await dueWorld();
    const gone = new AbortController();
    const both = [watchFiling(world.engine, gone.signal), watchFiling(world.engine, never())];
    for (const watch of both) await watch.next();
    const [left, drained] = both.map((watch) => watch.next());
    gone.abort();
    await expect(left).rejects.toMatchObject({ status: "CANCELLED" });
    world.engine.filing.watchers.end();
    await expect(drained).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
  });
});

function never(): AbortSignal {
  return new AbortController().signal;
}

describe("the chores", () => {
  it("keep the count of each day's end, and that of today once a minute at most", async () => {
    const world = await makeWorld();
    worlds.push(world);
    const chores = createFilingChores(world.engine);
    const kept = () => world.engine.store.listDayCounts(10);
    await chores.tick();
    await enrolNumber(world, 0);
    await chores.tick();
    expect(await kept()).toEqual([{ day: "2026-06-01", persons: 0 }]);
    world.clock.pass(60_000);
    await chores.tick();
    expect(await kept()).toEqual([{ day: "2026-06-01", persons: 1 }]);
    await enrolNumber(world, 1);
    world.clock.pass(DAY_MS);
    await enrolNumber(world, 2);
    await chores.tick();
    expect(await kept()).toEqual([
      { day: "2026-06-01", persons: 2 },
      { day: "2026-06-02", persons: 3 },
    ]);
    await enrolNumber(world, 3);
    await chores.stop();
    expect((await kept()).at(-1)).toEqual({ day: "2026-06-02", persons: 4 });
    expect((await world.restarted()).filing.book.dayCounts).toHaveLength(2);
  });

  it("recount when a day has ended", async () => {
    const world = await dueWorld();
    const chores = createFilingChores(world.engine);
    await chores.tick();
    expect(auditedAs(world, "filing.recount")).toEqual([]);
    world.clock.pass(DAY_MS);
    world.engine.filing.count.change(1, 0);
    await chores.tick();
    expect(auditedAs(world, "filing.recount")).toMatchObject([{ corrected: true, persons: 2 }]);
    await chores.tick();
    expect(auditedAs(world, "filing.recount")).toHaveLength(1);
  });

  it("show the filing in the metrics", async () => {
    const world = await dueWorld({ policy: "warn" });
    await createFilingChores(world.engine).tick();
    const { metrics } = world.engine;
    const text = await metrics.registry.metrics();
    for (const line of [
      "cordon_persons 2",
      "cordon_templates 2",
      "cordon_filing_fraction 1",
      'cordon_filing_state{state="DUE"} 1',
      'cordon_filing_state{state="OVERDUE"} 0',
      'cordon_filing_days_left{clock="FILING",provisional="false"} 31',
      "cordon_filing_count_corrections_total 0",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });

  it("show a forecast once there are days enough", async () => {
    const world = await makeWorld({ thresholdPersons: 1_000 });
    worlds.push(world);
    const { engine } = world;
    for (let day = 0; day < 10; day += 1) {
      engine.filing.count.change(10, 10);
      world.clock.pass(DAY_MS);
    }
    await createFilingChores(engine).tick();
    const { forecast } = await statusOf(world);
    expect(forecast).toMatchObject({ personsPerDay: expect.closeTo(10, 0) });
    expect(forecast?.day).toMatch(/^2026-09-/);
    const { values } = await engine.metrics.filingForecastDays.get();
    expect(values.map(({ labels }) => labels["bound"])).toEqual(["expected", "early", "late"]);
    expect(START_MS).toBeLessThan(world.clock.nowMs());
  });
});
