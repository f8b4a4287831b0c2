import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approveAssessment, plaza, timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const draft = {
  assessmentId: "second",
  zoneIds: ["plaza"],
  trigger: "ASSESSMENT_TRIGGER_CHANGE_OF_METHOD" as const,
  lawfulness: "l",
  impact: "i",
  risks: "r",
  measures: "m",
  documentSha256: Buffer.alloc(32, 2),
  validUntil: timestamp(START_MS + 300 * DAY_MS),
};
const record = (change: object = {}) =>
  world.client.assessment.recordImpactAssessment({ assessment: { ...draft, ...change } });
const approve = () =>
  world.client.assessment.approveImpactAssessment({ assessmentId: "second", approver: "Li" });
const createZone = (zoneId: string) =>
  world.client.zone.createZone({
    ...plaza,
    entrances: [...plaza.entrances],
    zoneId,
    validUntil: timestamp(START_MS + DAY_MS),
  });
const remove = (assessmentId = "second") =>
  world.client.assessment.deleteImpactAssessment({ assessmentId });
const changeMethod = (method = "Another way.") =>
  world.client.zone.updateZone({
    zone: { zoneId: "plaza", method },
    updateMask: { paths: ["method"] },
  });
const recordLeak = (zoneIds: string[], incidentId = "leak") =>
  world.client.assessment.recordIncident({
    incident: {
      incidentId,
      zoneIds,
      occurTime: timestamp(START_MS - DAY_MS),
      description: "A back-up was lost.",
    },
  });
const outdated = { status: "FAILED_PRECONDITION", reason: "PIA_OUTDATED" };
const wrongState = { status: "FAILED_PRECONDITION", reason: "STATE_TRANSITION_INVALID" };

describe("an impact assessment", () => {
  it("is a draft that may be replaced, and keeps the time when it was first made", async () => {
    await record();
    world.clock.pass(DAY_MS);
    const { assessment } = await record({ risks: "another risk" });
    expect(await world.engine.store.getRecord("assessment", "second")).toMatchObject({
      createdAtMs: START_MS,
      recordedAtMs: START_MS + DAY_MS,
    });
    expect(assessment).toMatchObject({
      state: "ASSESSMENT_STATE_DRAFT",
      risks: "another risk",
      approver: "",
      approveTime: null,
      createTime: { seconds: START_MS / 1000 },
    });
  });

  it("is never changed once it is approved, nor approved again", async () => {
    await record();
    await approve();
    world.clock.pass(DAY_MS);
    await expect(record({ risks: "none at all" })).rejects.toMatchObject(wrongState);
    await expect(approve()).rejects.toMatchObject(wrongState);
    const { assessment } = await world.client.assessment.getImpactAssessment({
      assessmentId: "second",
    });
    expect(assessment).toMatchObject({
      risks: "r",
      state: "ASSESSMENT_STATE_APPROVED",
      approver: "Li",
      approveTime: { seconds: START_MS / 1000 },
    });
  });

  it("covers what its zones were when it was recorded, and is not approved for more", async () => {
    await record();
    await changeMethod();
    expect(await world.reasons()).toContain("PIA_OUTDATED");
    await expect(approve()).rejects.toMatchObject({
      ...outdated,
      message: expect.stringMatching(/Zone "plaza": .*method.*RecordImpactAssessment/),
    });
    expect(world.audited.filter(({ act }) => act === "assessment.approve")).toHaveLength(1);
    await record();
    await approve();
    expect(await world.reasons()).toEqual(["NOTICE_OUTDATED"]);
    await changeMethod();
    expect(await world.reasons()).toEqual(["NOTICE_OUTDATED"]);
  });

  it("is not approved once a zone has changed since, not even if it changed back", async () => {
    await record();
    await changeMethod();
    await changeMethod(plaza.method);
    await expect(approve()).rejects.toMatchObject(outdated);
    expect(await world.reasons()).toEqual(["NOTICE_OUTDATED", "PIA_OUTDATED"]);
  });

  it("drafted before an incident is not approved after it, until it is recorded anew", async () => {
    await record();
    world.clock.pass(DAY_MS);
    await recordLeak([]);
    await expect(approve()).rejects.toMatchObject({
      ...outdated,
      message: expect.stringMatching(/"leak"/),
    });
    await record();
    // In the very moment of the incident nothing can have weighed it.
    await expect(approve()).rejects.toMatchObject(outdated);
    world.clock.pass(1);
    await record();
    await approve();
    expect(await world.reasons()).toEqual([]);
  });

  it("is approved in spite of an incident in a zone that it does not cover", async () => {
    await createZone("second");
    await record();
    world.clock.pass(DAY_MS);
    await recordLeak(["second"]);
    await approve();
    expect(await world.reasons()).toEqual([]);
  });

  it("of many zones names a few of those that have changed since", async () => {
    const zoneIds = ["z1", "z2", "z3", "z4", "z5"];
    for (const zoneId of zoneIds) await createZone(zoneId);
    await record({ zoneIds: ["plaza", ...zoneIds] });
    world.clock.pass(DAY_MS);
    await recordLeak(zoneIds);
    await expect(approve()).rejects.toMatchObject({
      message: expect.stringMatching(/"z1".*"z2".*"z3".*2 more/),
    });
  });

  it("cannot be approved once it has run out", async () => {
    await record({ validUntil: timestamp(START_MS + DAY_MS) });
    world.clock.pass(DAY_MS);
    await expect(approve()).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "assessment_id" }],
    });
  });

  it("may be deleted while it is a draft", async () => {
    await record();
    await remove();
    await expect(remove()).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  it("is kept for three years after its approval, to the millisecond", async () => {
    await record();
    await approve();
    world.clock.set(Date.UTC(2029, 5, 1) - 1);
    await expect(remove()).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "KEPT_BY_LAW",
      message: expect.stringContaining("2029-06-01T00:00:00.000Z"),
    });
    world.clock.pass(1);
    await remove();
    await expect(remove()).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  it("no longer counts after an incident, and that cannot be made harmless", async () => {
    world.clock.pass(DAY_MS);
    const incident = {
      incidentId: "leak",
      zoneIds: ["plaza"],
      occurTime: timestamp(START_MS + 1000),
      description: "A back-up was lost.",
    };
    await world.client.assessment.recordIncident({ incident });
    expect(await world.reasons()).toEqual(["PIA_OUTDATED"]);
    const harmless = { ...incident, occurTime: timestamp(START_MS - DAY_MS) };
    await expect(
      world.client.assessment.recordIncident({ incident: harmless }),
    ).rejects.toMatchObject({ status: "ALREADY_EXISTS" });
    expect(await world.reasons()).toEqual(["PIA_OUTDATED"]);
    world.clock.pass(1);
    await approveAssessment(world.client, "after-the-leak", world.clock.nowMs());
    expect(await world.reasons()).toEqual([]);
  });

  it("that is deleted in its time is forgotten by the gate too", async () => {
    await world.client.zone.updateZone({
      zone: { zoneId: "plaza", validUntil: timestamp(START_MS + 2000 * DAY_MS) },
      updateMask: { paths: ["valid_until"] },
    });
    await record({ validUntil: timestamp(START_MS + 1095 * DAY_MS) });
    await approve();
    world.clock.set(Date.UTC(2029, 5, 1));
    expect(await world.reasons()).toContain("PIA_OUTDATED");
    await remove("second");
    await remove("first-use");
    expect(await world.reasons()).toContain("PIA_MISSING");
    expect(await world.reasons({}, await world.restarted())).toContain("PIA_MISSING");
  });
});
