import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timestamp } from "../e2e/harness.js";
import { administrator, DAY_MS, START_MS } from "../usecases/engine.js";
import { modelPack, vectorOf } from "../usecases/spies.js";
import { makeWorld, type World } from "../usecases/world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const enrol = (number: number, change: object = {}) =>
  world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    displayName: `name ${number}`,
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(number)] } }],
    ...change,
  });

describe("EnrolPerson", () => {
  it("links by what it is told, and answers with the person and the merge", async () => {
    const { personId } = await enrol(1);
    const linked = await enrol(1, { linkToPersonId: personId });
    expect(linked.personId).toBe(personId);
    expect(linked.mergeId).not.toBe("");
    const { person } = await world.client.enrolment.getPerson({ personId });
    expect(person).toMatchObject({ templateCount: 2, mergedPersonIds: [expect.any(String)] });
  });

  it("confirms twins by what it is told", async () => {
    const { personId } = await enrol(1);
    const confirmDistinct = { personIds: [personId], reason: "their passports differ" };
    const twin = await enrol(1, { confirmDistinct });
    expect(twin.personId).not.toBe(personId);
    expect(twin.mergeId).toBe("");
  });

  it.each([{ linkToPersonId: "" }, { reviewId: "" }])(
    "does not take %j for nothing",
    async (change) => {
      await expect(enrol(1, change)).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
    },
  );
});

describe("an erasure", () => {
  it("answers with a signed receipt, which can be fetched again", async () => {
    const { enrolment } = world.client;
    const { personId } = await enrol(1);
    const erased = await enrolment.erasePerson({ personId, reason: "asked for" });
    expect(erased).toMatchObject({
      personId,
      templatesErased: 1,
      eraseTime: timestamp(START_MS),
    });
    expect(JSON.parse(erased.receipt?.payload ?? "")).toMatchObject({ personId });
    expect(erased.receipt?.signature).toHaveLength(64);
    expect(erased.receipt?.publicKey).toHaveLength(32);
    const { receipt } = await enrolment.getErasureReceipt({ personId });
    expect(receipt).toEqual(erased.receipt);
    await expect(enrolment.getPerson({ personId })).rejects.toMatchObject({ status: "NOT_FOUND" });
  });

  it("is what a withdrawn consent comes to", async () => {
    const { enrolment } = world.client;
    const { personId } = await enrol(1);
    const request = { personId, channel: "letter" };
    await expect(
      enrolment.withdrawConsent({ ...request, withdrawTime: timestamp(START_MS + DAY_MS) }),
    ).rejects.toMatchObject({ fields: [{ field: "withdraw_time" }] });
    const withdrawn = await enrolment.withdrawConsent({
      ...request,
      withdrawTime: timestamp(START_MS - DAY_MS),
    });
    expect(withdrawn).toMatchObject({ templatesErased: 1, eraseTime: timestamp(START_MS) });
    expect(withdrawn.receipt?.payload).toContain("CONSENT_WITHDRAWN");
  });

  it("that never was has no receipt", async () => {
    await expect(
      world.client.enrolment.getErasureReceipt({ personId: "nobody" }),
    ).rejects.toMatchObject({ status: "NOT_FOUND" });
  });
});

describe("a merge", () => {
  it("is listed, and undone", async () => {
    const { duplicates, enrolment } = world.client;
    const { personId } = await enrol(1);
    const { personId: duplicatePersonId } = await enrol(2);
    const request = { personId, duplicatePersonId, reason: "one passport" };
    const { merge } = await duplicates.mergePersons(request);
    expect(merge).toMatchObject({
      ...request,
      decidedBy: administrator.name,
      mergeTime: timestamp(START_MS),
      undoTime: null,
    });
    const { person } = await enrolment.getPerson({ personId });
    expect(person?.mergedPersonIds).toEqual([duplicatePersonId]);
    expect((await duplicates.listMerges({})).merges).toEqual([merge]);
    expect((await duplicates.listMerges({ personId: duplicatePersonId })).merges).toEqual([merge]);
    expect((await duplicates.listMerges({ personId: "nobody" })).merges).toEqual([]);
    const undone = await duplicates.undoMerge({ mergeId: merge?.mergeId ?? "" });
    expect(undone.merge).toEqual({ ...merge, undoTime: timestamp(START_MS) });
    expect((await enrolment.getPerson({ personId })).person?.mergedPersonIds).toEqual([]);
  });
});

describe("ResolveReview", () => {
  it.each(["REVIEW_DECISION_UNSPECIFIED", 99])("does not take %s for a decision", async (it) => {
    const request = { reviewId: "r", decision: it as never, reason: "because" };
    await expect(world.client.duplicates.resolveReview(request)).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "decision" }],
    });
  });
});
