import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSweeper } from "../../src/usecases/sweeper.js";
import { timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

/** Enrols somebody who is kept for so many days. */
function enrol(number: number, days: number, change: object = {}) {
  return world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    displayName: `name ${number}`,
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + days * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(number)] } }],
    ...change,
  });
}

const show = async (personId: string) =>
  (await world.client.enrolment.getPerson({ personId })).person;
const list = async (galleryId = "") =>
  (await world.client.enrolment.listPersons({ galleryId })).persons;
const gone = { status: "FAILED_PRECONDITION", reason: "PERSON_ERASED" };

describe("somebody past the retention deadline whom the sweeper has not reached", () => {
  it("is shown to nobody any more, and listed nowhere", async () => {
    const { personId } = await enrol(1, 1);
    const stays = await enrol(2, 9);
    world.clock.pass(DAY_MS - 1);
    expect((await show(personId))?.displayName).toBe("name 1");
    world.clock.pass(1);
    expect(await world.engine.store.getPerson(personId)).not.toBeNull();
    await expect(show(personId)).rejects.toMatchObject({ status: "NOT_FOUND" });
    for (const listed of [await list(), await list("watch")]) {
      expect(listed).toMatchObject([{ personId: stays.personId }]);
    }
  });

  it("gets no new face: by a link, by a merge on either side, nor by a review", async () => {
    const due = await enrol(1, 1);
    const other = await enrol(2, 9);
    const request = { requestId: "bulk" };
    const one = world.client.enrolment.enrolPersons(
      (async function* () {
        yield { person: { ...lookalike, ...request } };
      })(),
    );
    let reviewId = "";
    for await (const { refused } of one) reviewId = refused?.reviewId ?? "";
    world.clock.pass(DAY_MS);
    const { duplicates } = world.client;
    const { personId } = due;
    const link = enrol(3, 9, { linkToPersonId: personId });
    await expect(link).rejects.toMatchObject(gone);
    await expect(link).rejects.toThrow(/past the retention deadline/);
    const merge = (personId: string, duplicatePersonId: string) =>
      duplicates.mergePersons({ personId, duplicatePersonId, reason: "the same" });
    await expect(merge(personId, other.personId)).rejects.toMatchObject(gone);
    await expect(merge(other.personId, personId)).rejects.toMatchObject(gone);
    const decision = { decision: "REVIEW_DECISION_LINK", linkToPersonId: personId } as const;
    await expect(
      duplicates.resolveReview({ reviewId, ...decision, reason: "passport" }),
    ).rejects.toMatchObject(gone);
    expect(await world.engine.store.listParts(personId)).toHaveLength(1);
  });

  it("is in a report as held, and not opened", async () => {
    const { personId } = await enrol(1, 1);
    world.clock.pass(DAY_MS);
    const texts: string[] = [];
    for await (const part of world.client.audit.reportPerson({ personId })) {
      texts.push(JSON.stringify(part));
    }
    const report = texts.join("\n");
    expect(report).toContain("dueForErasure");
    expect(report).not.toContain("name 1");
  });
});

describe("a person one of whose enrolments is past its deadline", () => {
  it("is shown as after the sweep, before it", async () => {
    await world.client.gallery.createGallery({ galleryId: "other", displayName: "" });
    const first = await enrol(1, 1, { galleryIds: ["other"] });
    const { personId } = first;
    await enrol(1, 5, { linkToPersonId: personId, displayName: "the middle one" });
    await enrol(1, 9, { linkToPersonId: personId, displayName: "the last one" });
    world.clock.pass(DAY_MS);
    const before = [await show(personId), await list(), await list("watch"), await list("other")];
    expect(before[0]).toMatchObject({ displayName: "the last one", templateCount: 2 });
    expect(before[3]).toEqual([]);
    await createSweeper(world.engine, 1_000_000).sweep();
    const after = [await show(personId), await list(), await list("watch"), await list("other")];
    expect(after).toEqual(before);
  });

  it("may still be linked to, and stays linked through the sweep", async () => {
    const { personId } = await enrol(1, 1);
    await enrol(1, 9, { linkToPersonId: personId });
    world.clock.pass(DAY_MS);
    const linked = await enrol(1, 5, { linkToPersonId: personId });
    await createSweeper(world.engine, 1_000_000).sweep();
    const shown = await show(personId);
    expect(shown?.templateCount).toBe(2);
    expect(await show(linked.personId)).toEqual(shown);
    expect(await world.engine.store.countPersons()).toBe(1);
  });
});

const lookalike = {
  galleryIds: ["watch"],
  displayName: "",
  lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
  retentionDeadline: timestamp(START_MS + 9 * DAY_MS),
  sources: [{ embedding: { modelPack, values: [...vectorOf(1)] } }],
};
