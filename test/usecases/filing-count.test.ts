import { afterEach, describe, expect, it } from "vitest";
import { server } from "../../src/usecases/engine.js";
import { recountPersons } from "../../src/usecases/filing/recount.js";
import { startFiling } from "../../src/usecases/filing/start.js";
import { START_MS } from "./engine.js";
import { auditedAs, enrolNumber, enrolNumbers, statusOf } from "./filing-people.js";
import { makeWorld, type World } from "./world.js";

/** Crossings under concurrent callers, each in a world of its own. */
const CROSSINGS = Number(process.env["CORDON_TEST_CROSSINGS"] ?? 10);
const CALLERS = 16;
const EACH = 3;

let worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds) await world.close();
  worlds = [];
});

async function worldWith(thresholdPersons: number): Promise<World> {
  const world = await makeWorld({ thresholdPersons });
  worlds.push(world);
  return world;
}

const reached = "filing.threshold-reached";

async function crossingsOf(world: World) {
  const events = await world.engine.store.listFilingEvents();
  return events.filter(({ kind }) => kind === "THRESHOLD_REACHED");
}

/** Neither keeps the crossing, until the returned function is called. */
function broken(world: World, what: readonly ("store" | "audit")[]): () => void {
  const { store, audit } = world.engine;
  const kept = { appendFilingEvent: store.appendFilingEvent, append: audit.append };
  const fail = () => Promise.reject(new Error("killed"));
  if (what.includes("store")) store.appendFilingEvent = fail;
  if (what.includes("audit")) {
    audit.append = (event) => (event.act === reached ? fail() : kept.append(event));
  }
  return () => {
    store.appendFilingEvent = kept.appendFilingEvent;
    audit.append = kept.append;
  };
}

const erase = (world: World, personId: string) =>
  world.client.enrolment.erasePerson({ personId, reason: "" });

describe("the first reaching of the threshold", () => {
  it("is on record in store and audit before the answer of that enrolment leaves", async () => {
    const world = await worldWith(3);
    await enrolNumbers(world, 0, 2);
    expect(await crossingsOf(world)).toEqual([]);
    world.clock.pass(5_000);
    await enrolNumber(world, 2);
    const event = { kind: "THRESHOLD_REACHED", threshold: 3, atMs: START_MS + 5_000 };
    expect(await crossingsOf(world)).toMatchObject([{ ...event, actor: "cordon" }]);
    expect(auditedAs(world, reached)).toEqual([
      { threshold: 3, persons: 3, atMs: START_MS + 5_000 },
    ]);
    expect(await statusOf(world)).toMatchObject({
      state: "FILING_STATE_DUE",
      persons: 3,
      reachTime: { seconds: (START_MS + 5_000) / 1000 },
    });
  });

  it("is one, at exactly that person, whoever enrols at once", async () => {
    for (let round = 0; round < CROSSINGS; round += 1) {
      const threshold = 1 + ((round * 7) % (CALLERS * EACH));
      const world = await worldWith(threshold);
      const callers = Array.from({ length: CALLERS }, (_, caller) =>
        enrolNumbers(world, caller * EACH, EACH),
      );
      await Promise.all(callers);
      expect(await crossingsOf(world)).toHaveLength(1);
      const acts = world.audited.map(({ act }) => act);
      expect(acts.filter((act) => act === reached)).toHaveLength(1);
      const before = acts.slice(0, acts.indexOf(reached));
      expect(before.filter((act) => act === "enrol")).toHaveLength(threshold);
    }
  });

  it("stays the first when the count falls below and rises again", async () => {
    const world = await worldWith(100);
    const ids = await enrolNumbers(world, 0, 99);
    world.clock.pass(1_000);
    await enrolNumber(world, 99);
    world.clock.pass(86_400_000);
    await erase(world, ids[0] ?? "");
    expect(await statusOf(world)).toMatchObject({
      state: "FILING_STATE_DUE",
      persons: 99,
      belowAgain: true,
    });
    await enrolNumber(world, 100);
    const again = await statusOf(world);
    expect(again).toMatchObject({ persons: 100, belowAgain: false });
    expect(again.reachTime).toEqual({ seconds: (START_MS + 1_000) / 1000, nanos: 0 });
    expect(again.clocks).toHaveLength(1);
    expect(await crossingsOf(world)).toHaveLength(1);
    expect(auditedAs(world, reached)).toHaveLength(1);
  });

  it("may come of a merge that is taken back", async () => {
    const world = await worldWith(3);
    const [a = "", b = ""] = await enrolNumbers(world, 0, 2);
    const { merge } = await world.client.duplicates.mergePersons({
      personId: a,
      duplicatePersonId: b,
      reason: "the same passport",
    });
    await enrolNumber(world, 2);
    expect(await crossingsOf(world)).toEqual([]);
    await world.client.duplicates.undoMerge({ mergeId: merge?.mergeId ?? "" });
    expect(await crossingsOf(world)).toHaveLength(1);
    expect(world.engine.filing.count.persons).toBe(3);
  });

  it("is recovered by a start where a crash came between the enrolment and its record", async () => {
    const world = await worldWith(2);
    const heal = broken(world, ["store", "audit"]);
    await enrolNumber(world, 0);
    world.clock.pass(7_000);
    await expect(enrolNumber(world, 1)).rejects.toThrow();
    expect(await crossingsOf(world)).toEqual([]);
    heal();
    world.clock.pass(60_000);
    const again = await world.restarted();
    expect(await crossingsOf(world)).toMatchObject([{ atMs: START_MS + 7_000 }]);
    const record = { threshold: 2, persons: 2, atMs: START_MS + 7_000, recovered: true };
    expect(auditedAs(world, reached)).toEqual([record]);
    await startFiling(again);
    expect(await crossingsOf(world)).toHaveLength(1);
    expect(auditedAs(world, reached)).toHaveLength(1);
  });

  it("is completed by a start when only store or only audit has it", async () => {
    for (const missing of ["store", "audit"] as const) {
      const world = await worldWith(1);
      const heal = broken(world, [missing]);
      await expect(enrolNumber(world, 0)).rejects.toThrow();
      heal();
      await world.restarted();
      expect(await crossingsOf(world)).toMatchObject([{ atMs: START_MS }]);
      expect(auditedAs(world, reached)).toHaveLength(1);
    }
  });

  it("is written with the next enrolment when it could not be at first", async () => {
    const world = await worldWith(1);
    const heal = broken(world, ["store"]);
    await expect(enrolNumber(world, 0)).rejects.toThrow();
    heal();
    world.clock.pass(1_000);
    await enrolNumber(world, 1);
    expect(await crossingsOf(world)).toMatchObject([{ atMs: START_MS }]);
    expect(auditedAs(world, reached)).toHaveLength(1);
  });
});

describe("a recount", () => {
  it("finds the running count right, and is on record", async () => {
    const world = await worldWith(100);
    await enrolNumbers(world, 0, 3);
    expect(await world.client.filing.recountPersons({})).toEqual({ counted: 3, expected: 3 });
    const details = { persons: 3, expectedPersons: 3, corrected: false };
    expect(auditedAs(world, "filing.recount")).toMatchObject([details]);
  });

  it("puts a wrong count right, and says so", async () => {
    const world = await worldWith(100);
    await enrolNumbers(world, 0, 3);
    world.engine.filing.count.change(2, 1);
    expect(await recountPersons(world.engine, server)).toMatchObject({
      counted: { persons: 3, templates: 3 },
      expected: { persons: 5, templates: 4 },
    });
    expect(world.engine.filing.count).toMatchObject({ persons: 3, templates: 3 });
    expect(auditedAs(world, "filing.recount")).toMatchObject([{ corrected: true }]);
    const { values } = await world.engine.metrics.filingCountCorrections.get();
    expect(values).toMatchObject([{ value: 1 }]);
    const [persons] = (await world.engine.metrics.persons.get()).values;
    expect(persons?.value).toBe(3);
  });

  it("records a threshold that the running count had missed", async () => {
    const world = await worldWith(2);
    await enrolNumber(world, 0);
    world.engine.filing.count.change(-1, 0);
    await enrolNumber(world, 1);
    expect(await crossingsOf(world)).toEqual([]);
    await recountPersons(world.engine, server);
    expect(await crossingsOf(world)).toHaveLength(1);
  });
});
