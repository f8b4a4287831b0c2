import { afterEach, describe, expect, it } from "vitest";
import type { FilingOptions } from "../../src/usecases/filing/desk.js";
import { detectChange } from "../../src/usecases/filing/material-change.js";
import { publishNotice, timestamp } from "../e2e/harness.js";
import { made2027 } from "../filing/calendars.js";
import { DAY_MS, START_MS } from "./engine.js";
import { auditedAs, enrolNumbers, statusOf } from "./filing-people.js";
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

type Step = Parameters<World["client"]["filing"]["recordFilingStep"]>[0];

const step = (world: World, word: string, more: Omit<Step, "step"> = {}) =>
  world.client.filing.recordFilingStep({
    step: `FILING_STEP_${word}` as NonNullable<Step["step"]>,
    ...more,
  });

async function filedWorld(options: Partial<FilingOptions> = {}): Promise<World> {
  const world = await dueWorld(options);
  world.clock.pass(DAY_MS);
  await step(world, "SUBMITTED", { number: "S-1" });
  world.clock.pass(DAY_MS);
  await step(world, "FILED", { number: "F-1" });
  return world;
}

const kindsOf = (world: World) => world.engine.filing.book.events.map(({ kind }) => kind);

describe("the course of a filing", () => {
  it("is recorded step by step, with who and when, in store and audit", async () => {
    const world = await filedWorld();
    expect(await statusOf(world)).toMatchObject({ state: "FILING_STATE_FILED" });
    const events = await world.engine.store.listFilingEvents();
    expect(events).toMatchObject([
      { kind: "THRESHOLD_REACHED", actor: "cordon", atMs: START_MS },
      { kind: "SUBMITTED", actor: "test", number: "S-1", atMs: START_MS + DAY_MS },
      { kind: "FILED", actor: "test", number: "F-1", atMs: START_MS + 2 * DAY_MS },
    ]);
    expect(auditedAs(world, "filing.step")).toMatchObject([
      { step: "SUBMITTED", number: "S-1", atMs: START_MS + DAY_MS },
      { step: "FILED", number: "F-1" },
    ]);
  });

  it("comes back, is handed in again, and ends with a cancellation", async () => {
    const world = await dueWorld();
    const stateAfter = async (word: string, more = {}) =>
      (await step(world, word, more)).status?.state;
    expect(await stateAfter("SUBMITTED")).toBe("FILING_STATE_SUBMITTED");
    expect(await stateAfter("RETURNED", { note: "material 2" })).toBe("FILING_STATE_DUE");
    expect(await stateAfter("SUBMITTED")).toBe("FILING_STATE_SUBMITTED");
    expect(await stateAfter("FILED", { number: "F-1" })).toBe("FILING_STATE_FILED");
    const { status } = await world.client.filing.declareEndOfUse({ reason: "the square closed" });
    expect(status?.state).toBe("FILING_STATE_CANCELLATION_DUE");
    expect(auditedAs(world, "filing.end-of-use")).toMatchObject([{ note: "the square closed" }]);
    expect(await stateAfter("CANCELLATION_SUBMITTED")).toBe("FILING_STATE_SUBMITTED");
    expect(await stateAfter("CANCELLED", { number: "X-1" })).toBe("FILING_STATE_CANCELLED");
  });

  it("refuses what does not follow, and keeps nothing of it", async () => {
    const world = await makeWorld({ thresholdPersons: 2 });
    worlds.push(world);
    const invalid = { status: "FAILED_PRECONDITION", reason: "FILING_STEP_INVALID" };
    await expect(step(world, "FILED", { number: "F-1" })).rejects.toMatchObject(invalid);
    await expect(step(world, "SUBMITTED")).rejects.toMatchObject(invalid);
    await enrolNumbers(world, 0, 2);
    await expect(step(world, "CHANGE_SUBMITTED")).rejects.toMatchObject(invalid);
    const before = { stepTime: timestamp(START_MS - 40 * DAY_MS) };
    await expect(step(world, "SUBMITTED", before)).rejects.toMatchObject(invalid);
    const field = { status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" };
    const future = { stepTime: timestamp(START_MS + DAY_MS) };
    await expect(step(world, "SUBMITTED", future)).rejects.toMatchObject({
      ...field,
      fields: [{ field: "step_time" }],
    });
    await step(world, "SUBMITTED");
    await expect(step(world, "FILED")).rejects.toMatchObject({
      ...field,
      fields: [{ field: "number" }],
    });
    for (const word of ["UNSPECIFIED", "USE_ENDED"]) {
      const fields = [{ field: "step" }];
      await expect(step(world, word)).rejects.toMatchObject({ ...field, fields });
    }
    await expect(world.client.filing.declareEndOfUse({ reason: " " })).rejects.toMatchObject({
      ...field,
      fields: [{ field: "reason" }],
    });
    expect(kindsOf(world)).toEqual(["THRESHOLD_REACHED", "SUBMITTED"]);
    expect(await world.engine.store.listFilingEvents()).toHaveLength(2);
    expect(auditedAs(world, "filing.step")).toHaveLength(1);
  });

  it("keeps nothing that the audit would refuse: what looks like a template", async () => {
    const world = await dueWorld();
    const field = { status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" };
    const note = "a".repeat(400);
    await expect(step(world, "SUBMITTED", { note })).rejects.toMatchObject(field);
    const ended = world.client.filing.declareEndOfUse({ reason: note });
    await expect(ended).rejects.toMatchObject(field);
    const calendar = { ...made2027, source: "a".repeat(200) } as never;
    await expect(world.client.filing.putCalendar({ calendar })).rejects.toMatchObject(field);
    expect(kindsOf(world)).toEqual(["THRESHOLD_REACHED"]);
    expect(await world.engine.store.listCalendars()).toEqual([]);
  });

  it("takes one of many who record the same step at once", async () => {
    const world = await dueWorld();
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => step(world, "SUBMITTED")),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(kindsOf(world)).toEqual(["THRESHOLD_REACHED", "SUBMITTED"]);
  });
});

/** Ways in which what was filed changes, and the section that each one is of. */
const changes: readonly (readonly [string, (world: World) => Promise<unknown>])[] = [
  ["operator", (world) => rename(world, "Plaza Guards Ltd")],
  ["purpose", (world) => updateZone(world, { placeType: "PLACE_TYPE_TRANSPORT_HUB" })],
  ["method", (world) => updateZone(world, { method: "Faces are compared with two galleries." })],
  ["rules", (world) => world.client.filing.setHandlingRules({ rules: handlingRules })],
  ["assessment", (world) => approveAnother(world)],
];

function rename(world: World, name: string) {
  const operator = { name, contact: "privacy@example.org" };
  return world.client.server.setOperator({ operator });
}

function updateZone(
  world: World,
  change: { readonly placeType?: "PLACE_TYPE_TRANSPORT_HUB"; readonly method?: string },
) {
  const paths = Object.keys(change).map((name) => (name === "method" ? name : "place_type"));
  return world.client.zone.updateZone({
    zone: { zoneId: "plaza", ...change },
    updateMask: { paths },
  });
}

async function approveAnother(world: World) {
  const assessmentId = "second";
  await world.client.assessment.recordImpactAssessment({
    assessment: {
      assessmentId,
      zoneIds: ["plaza"],
      trigger: "ASSESSMENT_TRIGGER_FIRST_USE",
      ...{ lawfulness: "Lawful.", impact: "Small.", risks: "Other ones.", measures: "They fit." },
      documentSha256: Buffer.alloc(32, 8),
      validUntil: timestamp(START_MS + 300 * DAY_MS),
    },
  });
  await world.client.assessment.approveImpactAssessment({ assessmentId, approver: "Li Wei" });
}

const handlingRules = {
  ...{ collection: "by fixed cameras", storage: "sealed", use: "comparison", transfer: "none" },
  ...{ deletion: "by itself", authorisation: "roles", incidentResponse: "a plan" },
  ...{ intrusionDetection: "logs are read", approver: "Li Wei" },
};

const sectionsOf = (world: World) =>
  world.engine.filing.book.events.flatMap((event) =>
    event.kind === "CHANGED" ? [event.sections] : [],
  );

describe("a material change", () => {
  it.each(changes)("of the section %s is seen by the server itself", async (section, change) => {
    const world = await filedWorld();
    await change(world);
    const status = await statusOf(world);
    expect(status).toMatchObject({ state: "FILING_STATE_CHANGE_DUE" });
    expect(status.clocks.at(-1)).toMatchObject({
      kind: "FILING_CLOCK_KIND_CHANGE",
      startDay: "2026-06-03",
    });
    expect(sectionsOf(world).flat()).toContain(section);
    expect(auditedAs(world, "filing.changed").at(-1)?.["sections"]).toContain(section);
  });

  it("is told once for each section until something is handed in again", async () => {
    const world = await filedWorld();
    await rename(world, "A");
    await statusOf(world);
    await rename(world, "B");
    await statusOf(world);
    expect(sectionsOf(world)).toEqual([["operator"]]);
    await updateZone(world, { method: "Another method." });
    await statusOf(world);
    expect(sectionsOf(world)).toEqual([["operator"], ["method"]]);
    const handedIn = await step(world, "CHANGE_SUBMITTED");
    expect(handedIn.status?.state).toBe("FILING_STATE_SUBMITTED");
    await step(world, "CHANGE_FILED", { number: "C-1" });
    expect((await statusOf(world)).state).toBe("FILING_STATE_FILED");
    await rename(world, "C");
    expect((await statusOf(world)).state).toBe("FILING_STATE_CHANGE_DUE");
    expect(sectionsOf(world)).toHaveLength(3);
  });

  it("is on record before the step that answers it, though nobody looked", async () => {
    const world = await filedWorld();
    await rename(world, "A");
    await step(world, "CHANGE_SUBMITTED");
    expect(kindsOf(world).slice(-2)).toEqual(["CHANGED", "CHANGE_SUBMITTED"]);
  });

  it("is no other record's, nor one before anything was handed in", async () => {
    const world = await dueWorld();
    await rename(world, "A");
    expect((await statusOf(world)).state).toBe("FILING_STATE_DUE");
    await step(world, "SUBMITTED");
    await world.client.camera.removeCamera({ cameraId: "gate-1" });
    await publishNotice(world.client);
    await world.client.assessment.recordIncident({
      incident: {
        incidentId: "i-1",
        zoneIds: ["plaza"],
        description: "x",
        occurTime: timestamp(START_MS),
      },
    });
    expect((await statusOf(world)).state).toBe("FILING_STATE_SUBMITTED");
    expect(sectionsOf(world)).toEqual([]);
  });

  it("is found by a start: what another configuration guards by, for one", async () => {
    const world = await filedWorld();
    const again = await world.restarted();
    await detectChange(again);
    expect(again.filing.book.events).toHaveLength(3);
    const posture = { ...again.filing.options.posture, tls: true };
    const other = { ...again, filing: { ...again.filing, options: { ...again.filing.options } } };
    Object.assign(other.filing.options, { posture });
    other.filing.book.checkedRevision = -1;
    await detectChange(other);
    expect(other.filing.book.events.at(-1)).toMatchObject({
      kind: "CHANGED",
      sections: ["security"],
      actor: "cordon",
    });
  });

  it("is none any more once use has ended", async () => {
    const world = await filedWorld();
    await world.client.filing.declareEndOfUse({ reason: "closed" });
    await rename(world, "A");
    expect((await statusOf(world)).state).toBe("FILING_STATE_CANCELLATION_DUE");
    expect(sectionsOf(world)).toEqual([]);
  });
});

describe("the handling rules", () => {
  it("are absent at first, then those last set, on record and after a restart", async () => {
    const world = await dueWorld();
    await expect(world.client.filing.getHandlingRules({})).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
    await world.client.filing.setHandlingRules({ rules: handlingRules });
    const { rules } = await world.client.filing.getHandlingRules({});
    expect(rules).toMatchObject({ ...handlingRules, approveTime: timestamp(START_MS) });
    expect(auditedAs(world, "filing.handling-rules")).toMatchObject([{ approver: "Li Wei" }]);
    expect((await world.restarted()).filing.book.handlingRules?.storage).toBe("sealed");
  });

  it("name every field that is wrong, and keep nothing", async () => {
    const world = await dueWorld();
    const rules = {
      ...{ ...handlingRules, collection: " ", use: "u".repeat(8001), approver: "" },
      documentSha256: Buffer.alloc(3),
      approveTime: timestamp(START_MS + DAY_MS),
    };
    const failure = await world.client.filing.setHandlingRules({ rules }).catch((it) => it);
    expect(failure.fields.map(({ field }: { field: string }) => field)).toEqual([
      ...["rules.collection", "rules.use", "rules.document_sha256", "rules.approver"],
      "rules.approve_time",
    ]);
    expect(await world.engine.store.getHandlingRules()).toBeNull();
  });
});
