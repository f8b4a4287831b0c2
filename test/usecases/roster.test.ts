import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rosterId } from "../../src/index/port.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import { enrol as enrolUseCase } from "../../src/usecases/enrol.js";
import { createRoster } from "../../src/usecases/roster/enrol-batch.js";
import { createSweeper } from "../../src/usecases/sweeper.js";
import { timestamp } from "../e2e/harness.js";
import { administrator, DAY_MS, START_MS } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

/** Looks like `person`, and like `other` a little. */
function like(person: number, other: number, share = 0.9): Float32Array {
  const rest = Math.sqrt(1 - share * share);
  const second = vectorOf(other);
  return vectorOf(person).map((value, at) => value * share + (second[at] ?? 0) * rest);
}

const request = (vectors: readonly Float32Array[], change: object = {}) => ({
  galleryIds: ["watch"],
  displayName: "",
  lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
  retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
  sources: vectors.map((vector) => ({ embedding: { modelPack, values: [...vector] } })),
  ...change,
});
const enrol = async (person: number, change: object = {}) =>
  world.client.enrolment.enrolPerson(request([vectorOf(person)], change));
const enrolVector = async (vector: Float32Array, change: object = {}) =>
  world.client.enrolment.enrolPerson(request([vector], change));

const onConsent = {
  ageBand: "AGE_BAND_ADULT",
  lawfulBasis: {
    consent: {
      givenAt: timestamp(START_MS),
      evidenceSha256: Buffer.alloc(32, 5),
      noticeId: "plaza-notice",
      noticeVersion: 1,
      channel: "paper form",
    },
  },
};

async function failureOf(work: Promise<unknown>): Promise<CordonClientError> {
  return work.then(
    () => {
      throw new Error("it did not fail");
    },
    (thrown: unknown) => thrown as CordonClientError,
  );
}

const count = () => world.engine.store.countPersons();
const searchable = () => world.engine.index.stats(rosterId)?.templates;
const acts = () => world.audited.map(({ act, details }) => ({ act, ...details }));

describe("a face that is enrolled already", () => {
  it("is refused with its likely duplicate, in whatever gallery that is, and on record", async () => {
    await world.client.gallery.createGallery({ galleryId: "other", displayName: "" });
    const first = await enrol(1, { galleryIds: ["other"] });
    const refusal = await failureOf(enrolVector(like(1, 2)));
    expect(refusal).toMatchObject({ status: "ALREADY_EXISTS", reason: "DUPLICATE_SUSPECTED" });
    expect(refusal.metadata).toEqual({ suspects: `${first.personId}:0.90` });
    expect(await count()).toBe(1);
    expect(acts().at(-1)).toMatchObject({
      act: "enrol",
      outcome: "REFUSED",
      reasons: ["DUPLICATE_SUSPECTED"],
      suspects: [{ personId: first.personId }],
    });
  });

  it("becomes one person when many callers enrol it at once", async () => {
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => enrolVector(like(1, 2 + n))),
    );
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["DUPLICATE_SUSPECTED"]));
    expect(await count()).toBe(1);
    expect(searchable()).toBe(1);
  });

  it("is told from those of the run before, while that one is under way", async () => {
    const limits = { jobsMax: 2, weightMax: 2, weightOf: () => 1 };
    const { index } = world.engine;
    const compared: number[] = [];
    const compare: typeof index.compare = (permits, ...rest) => {
      compared.push(permits.length);
      return index.compare(permits, ...rest);
    };
    const engine = { ...world.engine, index: { ...index, compare } };
    Object.assign(world.engine, { roster: createRoster(() => engine, limits) });
    const faces = [vectorOf(1), vectorOf(2), vectorOf(3), like(1, 4), like(2, 5), like(3, 6)];
    const settled = await Promise.allSettled(faces.map((face) => enrolVector(face)));
    expect(settled.map(({ status }) => status)).toEqual([
      ...["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected", "rejected"],
    ]);
    // Each run but the first was compared with the one before.
    expect(compared.sort()).toEqual([2, 4, 4]);
    expect(await count()).toBe(3);
  });

  it("is linked: the templates become that person's, who is still counted once", async () => {
    const { personId } = await enrol(1);
    const linked = await enrolVector(like(1, 2), { linkToPersonId: personId });
    expect(linked).toMatchObject({ personId, alreadyEnrolled: false });
    expect(linked.mergeId).not.toBe("");
    expect(await count()).toBe(1);
    const { person } = await world.client.enrolment.getPerson({ personId });
    expect(person).toMatchObject({ templateCount: 2, mergedPersonIds: [expect.any(String)] });
    expect(world.engine.index.stats(rosterId)).toMatchObject({ persons: 1, templates: 2 });
  });

  it("is confirmed as another person, with who decided and why", async () => {
    const { personId } = await enrol(1);
    const confirmDistinct = { personIds: [personId], reason: "twins, seen together" };
    const twin = await enrolVector(like(1, 2), { confirmDistinct });
    expect(twin.personId).not.toBe(personId);
    expect(await count()).toBe(2);
    const [pair] = await world.engine.store.listDistinct([personId]);
    expect(pair).toMatchObject({ decidedBy: "test", reason: "twins, seen together" });
    // A third lookalike must be told from both.
    const refusal = await failureOf(enrolVector(like(1, 3, 0.95), { confirmDistinct }));
    expect(refusal.metadata["suspects"]).toContain(twin.personId);
  });

  it("asks for what makes a decision", async () => {
    const confirm = (confirmDistinct: object) => failureOf(enrol(1, { confirmDistinct }));
    expect(await confirm({ personIds: [], reason: "x" })).toMatchObject({
      reason: "FIELD_INVALID",
    });
    expect(await confirm({ personIds: ["p"], reason: "  " })).toMatchObject({
      fields: [{ field: "confirm_distinct.reason" }],
    });
    expect(await failureOf(enrol(1, { linkToPersonId: "nobody" }))).toMatchObject({
      status: "NOT_FOUND",
    });
    expect(await failureOf(enrol(1, { reviewId: "nothing" }))).toMatchObject({
      status: "NOT_FOUND",
    });
  });
});

describe("a request id", () => {
  it("gives the same answer again, and enrols nobody twice, also at once", async () => {
    const [first, ...again] = await Promise.all(
      Array.from({ length: 5 }, () => enrol(1, { requestId: "r-1" })),
    );
    const later = await enrol(1, { requestId: "r-1" });
    expect(await count()).toBe(1);
    for (const answer of [...again, later]) {
      expect(answer).toMatchObject({ personId: first?.personId, alreadyEnrolled: true });
      expect(answer.templates[0]?.templateId).toBe(first?.templates[0]?.templateId);
    }
  });

  it("gives the merge again by which it was linked, at once and later", async () => {
    const { personId } = await enrol(1);
    const link = { linkToPersonId: personId, requestId: "r-2" };
    const [first, ...again] = await Promise.all([0, 1, 2].map(() => enrolVector(like(1, 2), link)));
    expect(first?.mergeId).not.toBe("");
    // Another merge of the same person is not the one that it was linked by.
    const ids = { personId: (await enrol(5)).personId, duplicatePersonId: personId };
    await world.client.duplicates.mergePersons({ ...ids, reason: "the same" });
    const { mergeId } = first ?? {};
    for (const answer of [...again, await enrolVector(like(1, 2), link)]) {
      expect(answer).toMatchObject({ alreadyEnrolled: true, mergeId });
    }
    expect(await enrol(3, { requestId: "r-3" })).toMatchObject({ mergeId: "" });
    expect(await enrol(3, { requestId: "r-3" })).toMatchObject({ mergeId: "" });
  });

  it("is refused with another enrolment, and after the person was erased", async () => {
    const { personId } = await enrol(1, { requestId: "r-1" });
    expect(await failureOf(enrol(2, { requestId: "r-1" }))).toMatchObject({
      reason: "REQUEST_ID_REUSED",
    });
    await world.client.enrolment.erasePerson({ personId });
    expect(await failureOf(enrol(1, { requestId: "r-1" }))).toMatchObject({
      reason: "PERSON_ERASED",
    });
    expect(await failureOf(enrol(1, { requestId: "x".repeat(129) }))).toMatchObject({
      status: "INVALID_ARGUMENT",
    });
  });
});

describe("a merge", () => {
  it("makes two persons one, found and erased together, and can be undone", async () => {
    const [a, b] = [await enrol(1), await enrol(2)];
    const ids = { personId: a.personId, duplicatePersonId: b.personId };
    const { merge } = await world.client.duplicates.mergePersons({ ...ids, reason: "passport" });
    expect(merge).toMatchObject({ ...ids, decidedBy: "test", undoTime: null });
    expect(await count()).toBe(1);
    expect(world.engine.index.stats("watch")).toMatchObject({ persons: 1, templates: 2 });
    // By the id of the duplicate, too.
    const { person } = await world.client.enrolment.getPerson({ personId: b.personId });
    expect(person).toMatchObject({ personId: a.personId, mergedPersonIds: [b.personId] });

    await world.client.duplicates.undoMerge({ mergeId: merge?.mergeId ?? "" });
    expect(await count()).toBe(2);
    expect(world.engine.index.stats("watch")).toMatchObject({ persons: 2, templates: 2 });
    const undone = await failureOf(
      world.client.duplicates.undoMerge({ mergeId: merge?.mergeId ?? "" }),
    );
    expect(undone).toMatchObject({ reason: "STATE_TRANSITION_INVALID" });
  });

  it("of a merged person is taken back newest first", async () => {
    const [a, b, c] = [await enrol(1), await enrol(2), await enrol(3)];
    const merge = async (personId: string, duplicatePersonId: string) => {
      const ids = { personId, duplicatePersonId, reason: "the same" };
      return (await world.client.duplicates.mergePersons(ids)).merge?.mergeId ?? "";
    };
    const first = await merge(b.personId, c.personId);
    const second = await merge(a.personId, b.personId);
    expect(await count()).toBe(1);
    expect(await failureOf(world.client.duplicates.undoMerge({ mergeId: first }))).toMatchObject({
      reason: "MERGE_NOT_NEWEST",
      metadata: { merge: second },
    });
    await world.client.duplicates.undoMerge({ mergeId: second });
    const { person } = await world.client.enrolment.getPerson({ personId: c.personId });
    expect(person?.personId).toBe(b.personId);
    await world.client.duplicates.undoMerge({ mergeId: first });
    expect(await count()).toBe(3);
  });

  it("of which a part expired gives back what is left, each findable as who it is", async () => {
    const soon = { retentionDeadline: timestamp(START_MS + DAY_MS) };
    const [a, b, c] = [await enrol(1), await enrol(2, soon), await enrol(3)];
    const merge = async (personId: string, duplicatePersonId: string) => {
      const ids = { personId, duplicatePersonId, reason: "the same" };
      return (await world.client.duplicates.mergePersons(ids)).merge?.mergeId ?? "";
    };
    await merge(b.personId, c.personId);
    const second = await merge(a.personId, b.personId);
    world.clock.pass(DAY_MS);
    await createSweeper(world.engine, 1_000_000).sweep();
    await world.client.duplicates.undoMerge({ mergeId: second });
    expect(await count()).toBe(2);
    expect(world.engine.index.stats(rosterId)).toMatchObject({ persons: 2, templates: 2 });
    const { person } = await world.client.enrolment.getPerson({ personId: c.personId });
    expect(person).toMatchObject({ personId: c.personId, templateCount: 1 });
  });

  it("wants two persons and a reason", async () => {
    const { personId } = await enrol(1);
    const merge = (change: object) =>
      failureOf(
        world.client.duplicates.mergePersons({
          ...{ personId, duplicatePersonId: personId, reason: "r" },
          ...change,
        }),
      );
    expect(await merge({})).toMatchObject({ fields: [{ field: "duplicate_person_id" }] });
    expect(await merge({ duplicatePersonId: "nobody" })).toMatchObject({ status: "NOT_FOUND" });
    expect(await merge({ reason: " " })).toMatchObject({ fields: [{ field: "reason" }] });
  });
});

describe("an erasure", () => {
  it("takes everything of a person, merged enrolments too, and gives a signed receipt", async () => {
    const [a, b] = [await enrol(1), await enrol(2)];
    const ids = { personId: a.personId, duplicatePersonId: b.personId, reason: "the same" };
    await world.client.duplicates.mergePersons(ids);
    const instanceId = await world.engine.store.getInstanceId();
    const asked = vi.spyOn(world.engine.store, "getInstanceId");
    const answer = await world.client.enrolment.erasePerson({ personId: b.personId });
    expect(asked).not.toHaveBeenCalled();
    expect(answer).toMatchObject({ personId: a.personId, templatesErased: 2 });
    expect(JSON.parse(answer.receipt?.payload ?? "")).toMatchObject({
      ...{ cause: "ERASURE", instanceId },
      rowIds: [a.personId, b.personId],
      templates: 2,
    });
    expect(answer.receipt?.signature).toHaveLength(64);
    expect(await count()).toBe(0);
    expect(searchable()).toBe(0);
    // Asked again, the same receipt.
    const again = await world.client.enrolment.erasePerson({ personId: a.personId });
    expect(again.receipt).toEqual(answer.receipt);
    expect(acts().filter(({ act }) => act === "erase")).toHaveLength(1);
    const { receipt } = await world.client.enrolment.getErasureReceipt({ personId: b.personId });
    expect(receipt).toEqual(answer.receipt);
  });

  it("on withdrawal of consent is the same act under its own name", async () => {
    const byLaw = await enrol(2);
    expect(
      await failureOf(world.client.enrolment.withdrawConsent({ personId: byLaw.personId })),
    ).toMatchObject({ reason: "STATE_TRANSITION_INVALID" });
    const { personId } = await enrol(1, onConsent);
    const future = timestamp(START_MS + DAY_MS);
    expect(
      await failureOf(world.client.enrolment.withdrawConsent({ personId, withdrawTime: future })),
    ).toMatchObject({ fields: [{ field: "withdraw_time" }] });
    const { receipt } = await world.client.enrolment.withdrawConsent({
      personId,
      channel: "letter",
    });
    expect(JSON.parse(receipt?.payload ?? "")).toMatchObject({ cause: "CONSENT_WITHDRAWN" });
    expect(acts().at(-1)).toMatchObject({ act: "erase", channel: "letter", personId });
  });

  it("reaches what is left of a person whose first enrolment expired, by the id that is known", async () => {
    const soon = { ...onConsent, retentionDeadline: timestamp(START_MS + DAY_MS) };
    const { personId } = await enrol(1, soon);
    await enrolVector(like(1, 2), { linkToPersonId: personId });
    world.clock.pass(DAY_MS);
    await createSweeper(world.engine, 1_000_000).sweep();
    expect(await count()).toBe(1);
    const { person } = await world.client.enrolment.getPerson({ personId });
    expect(person?.templateCount).toBe(1);
    const { receipt } = await world.client.enrolment.erasePerson({ personId });
    expect(JSON.parse(receipt?.payload ?? "")).toMatchObject({ cause: "ERASURE", templates: 1 });
    expect(await count()).toBe(0);
    expect(searchable()).toBe(0);
    // Asked again, by the old id: the receipt of what was erased last.
    const again = await world.client.enrolment.erasePerson({ personId });
    expect(again.receipt).toEqual(receipt);
  });

  it("of nobody says so", async () => {
    expect(
      await failureOf(world.client.enrolment.erasePerson({ personId: "nobody" })),
    ).toMatchObject({ status: "NOT_FOUND" });
  });
});

describe("the retention sweeper", () => {
  const sweep = () => createSweeper(world.engine, 1_000_000).sweep();

  it("erases who is due, by the one path, and nobody else", async () => {
    const due = await enrol(1, { retentionDeadline: timestamp(START_MS + DAY_MS) });
    const stays = await enrol(2);
    expect(await sweep()).toBe(0);
    world.clock.pass(DAY_MS);
    expect(await sweep()).toBe(1);
    expect(await world.engine.store.getPerson(due.personId)).toBeNull();
    expect(await world.engine.store.getPerson(stays.personId)).not.toBeNull();
    expect(await world.engine.store.getErasure(due.personId)).toMatchObject({
      cause: "RETENTION_EXPIRED",
    });
    expect(searchable()).toBe(1);
    expect(acts().at(-1)).toMatchObject({ act: "erase", cause: "RETENTION_EXPIRED" });
  });

  it("keeps a person whose other enrolment is not due, under the id of that one", async () => {
    const first = await enrol(1, { retentionDeadline: timestamp(START_MS + DAY_MS) });
    const linked = await enrolVector(like(1, 2), { linkToPersonId: first.personId });
    world.clock.pass(DAY_MS);
    expect(await sweep()).toBe(1);
    expect(await count()).toBe(1);
    const [entry] = (await world.engine.store.listPersons(null, { size: 10, token: "" })).items;
    expect(entry?.personId).not.toBe(first.personId);
    expect(await world.engine.store.listTemplatesOf(entry?.personId ?? "")).toMatchObject([
      { templateId: linked.templates[0]?.templateId },
    ]);
    expect(world.engine.index.stats(rosterId)).toMatchObject({ persons: 1, templates: 1 });
  });

  it("shows how far it is behind", async () => {
    for (const person of [1, 2, 3]) {
      await enrol(person, { retentionDeadline: timestamp(START_MS + person * DAY_MS) });
    }
    world.clock.pass(2 * DAY_MS);
    const { metrics } = world.engine;
    const sweeper = createSweeper(world.engine, 1_000_000);
    await sweeper.stop();
    await sweeper.sweep();
    expect((await metrics.retentionDue.get()).values[0]?.value).toBe(2);
    expect((await metrics.retentionLagSeconds.get()).values[0]?.value).toBe(86_400);
  });
});

describe("a request that was cancelled while it waited", () => {
  it("leaves its twin alone", async () => {
    let release: () => void = () => undefined;
    const held = world.engine.roster.alone(
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const gone = new AbortController();
    const enrolment = {
      galleryIds: ["watch"],
      purpose: "PUBLIC_SAFETY" as const,
      ...{ displayName: "", externalReference: "", age: null, requestId: "twin", resolution: null },
      lawfulBasis: { kind: "law" as const, citation: "A Law, Art. 1" },
      retentionDeadlineMs: START_MS + DAY_MS,
      sources: [{ kind: "embedding" as const, modelPack, values: [...vectorOf(1)] }],
    };
    const first = enrolUseCase(world.engine, enrolment, administrator, gone.signal);
    const second = enrolUseCase(
      world.engine,
      enrolment,
      administrator,
      new AbortController().signal,
    );
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    gone.abort();
    release();
    await held;
    await expect(first).rejects.toMatchObject({ status: "CANCELLED" });
    await expect(second).resolves.toMatchObject({ refused: false, already: false });
  });
});

describe("an enrolment that waited until its permit ran out", () => {
  it("is told to come again, and takes nobody else along", async () => {
    let release: () => void = () => undefined;
    const held = world.engine.roster.alone(
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const late = failureOf(enrol(1));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    world.clock.pass(60_000);
    const inTime = enrol(2);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    release();
    await held;
    expect(await late).toMatchObject({ status: "UNAVAILABLE", reason: "PERMIT_EXPIRED" });
    await inTime;
    expect(await count()).toBe(1);
  });
});

describe("a review", () => {
  const send = async (person: Float32Array) => {
    const answers = world.client.enrolment.enrolPersons(
      (async function* () {
        yield { person: request([person], { requestId: "bulk-1" }) };
      })(),
    );
    for await (const answer of answers) return answer;
    throw new Error("no answer");
  };

  it("is made of a likely duplicate that came with many, once, and its decision is applied", async () => {
    const { personId } = await enrol(1);
    const first = await send(like(1, 2));
    expect(first.refused).toMatchObject({
      reason: "DUPLICATE_SUSPECTED",
      suspects: [{ personId }],
    });
    expect((await send(like(1, 2))).refused?.reviewId).toBe(first.refused?.reviewId);
    const { reviews } = await world.client.duplicates.listReviews({});
    expect(reviews).toMatchObject([{ requestId: "bulk-1", suspects: [{ personId }] }]);
    const reviewId = reviews[0]?.reviewId ?? "";
    const resolve = (change: object) =>
      world.client.duplicates.resolveReview({ reviewId, reason: "asked them", ...change });
    expect(await failureOf(resolve({ decision: "REVIEW_DECISION_LINK" }))).toMatchObject({
      fields: [{ field: "link_to_person_id" }],
    });
    await resolve({ decision: "REVIEW_DECISION_DISTINCT" });
    expect(await failureOf(resolve({ decision: "REVIEW_DECISION_DISMISS" }))).toMatchObject({
      reason: "STATE_TRANSITION_INVALID",
    });
    expect((await send(like(1, 2))).enrolled).toMatchObject({ alreadyEnrolled: false });
    expect(await count()).toBe(2);
  });

  it("whose decision was to link to somebody erased since says so, and what to do", async () => {
    const { personId } = await enrol(1);
    const reviewId = (await send(like(1, 2))).refused?.reviewId ?? "";
    const decision = { decision: "REVIEW_DECISION_LINK", linkToPersonId: personId } as const;
    await world.client.duplicates.resolveReview({ reviewId, ...decision, reason: "passport" });
    await world.client.enrolment.erasePerson({ personId });
    const erased = { reason: "PERSON_ERASED" };
    const { refused } = await send(like(1, 2));
    expect(refused).toMatchObject(erased);
    expect(refused?.message).toContain(reviewId);
    expect(refused?.message).toMatch(/erased since.*choose another request id/);
    const named = { requestId: "bulk-1", reviewId };
    expect(await failureOf(enrolVector(like(1, 2), named))).toMatchObject({
      ...{ ...erased, status: "FAILED_PRECONDITION" },
    });
    expect(await count()).toBe(0);
  });

  it("that dismissed somebody holds when those who looked alike are gone, too", async () => {
    const { personId } = await enrol(1);
    const reviewId = (await send(like(1, 2))).refused?.reviewId ?? "";
    const decision = "REVIEW_DECISION_DISMISS";
    await world.client.duplicates.resolveReview({ reviewId, decision, reason: "a drawing" });
    await world.client.enrolment.erasePerson({ personId });
    expect((await send(like(1, 2))).refused).toMatchObject({ reason: "REVIEW_UNDECIDED" });
    expect(await count()).toBe(0);
  });

  it("is open again when it does not speak of somebody who looks alike, too", async () => {
    const a = await enrol(1);
    const first = await send(like(1, 2, 0.8));
    const reviewId = first.refused?.reviewId ?? "";
    const decision = { decision: "REVIEW_DECISION_DISTINCT", reason: "asked them" } as const;
    await world.client.duplicates.resolveReview({ reviewId, ...decision });
    const b = await enrol(2);
    const second = await send(like(1, 2, 0.8));
    expect(second.refused?.suspects.map(({ personId }) => personId)).toContain(b.personId);
    const { reviews } = await world.client.duplicates.listReviews({});
    const named = reviews[0]?.suspects.map(({ personId }) => personId);
    expect(named?.sort()).toEqual([a.personId, b.personId].sort());
    await world.client.duplicates.resolveReview({ reviewId, ...decision });
    expect((await send(like(1, 2, 0.8))).enrolled).toMatchObject({ alreadyEnrolled: false });
  });
});
