import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { rosterId } from "../../src/index/port.js";
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
async function enrol(person: number, days: number): Promise<string> {
  const { personId } = await world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    displayName: "",
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + days * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(person)] } }],
  });
  return personId;
}

async function merge(personId: string, duplicatePersonId: string): Promise<string> {
  const request = { personId, duplicatePersonId, reason: "the same" };
  const answer = await world.client.duplicates.mergePersons(request);
  // So that each is later than the one before.
  world.clock.pass(1);
  return answer.merge?.mergeId ?? "";
}

const undo = (mergeId: string) => world.client.duplicates.undoMerge({ mergeId });
const merges = async () => (await world.client.duplicates.listMerges({})).merges;

async function expireFirst(): Promise<void> {
  world.clock.pass(DAY_MS);
  await createSweeper(world.engine, 1_000_000).sweep();
}

/** Who each of these faces is, by the index and by the store. */
async function whoAre(people: readonly number[], ids: readonly string[]) {
  const { index, store } = world.engine;
  const found = await index.searchRoster([], people.map(vectorOf), { k: 1 });
  const rows = await Promise.all(ids.map((id) => store.getPerson(id)));
  const held = rows.map((row) => row?.mergedInto ?? row?.personId);
  return { found: found.map(([best]) => best?.personId), held };
}

describe("after the own row of a merged person expired", () => {
  it("a wrong merge can still be undone", async () => {
    const [a, b, d] = [await enrol(1, 1), await enrol(2, 50), await enrol(3, 90)];
    await merge(a, b);
    await merge(a, d);
    await expireFirst();
    const [left, ...more] = await merges();
    expect(more).toEqual([]);
    expect(new Set([left?.personId, left?.duplicatePersonId])).toEqual(new Set([b, d]));
    await undo(left?.mergeId ?? "");
    expect(await world.engine.store.countPersons()).toBe(2);
    expect(await whoAre([2, 3], [b, d])).toEqual({ found: [b, d], held: [b, d] });
  });

  it("undoing finds who stays under the right person, too, not only who leaves", async () => {
    const [a, b, c, d] = [
      await enrol(1, 1),
      await enrol(2, 50),
      await enrol(3, 90),
      await enrol(4, 60),
    ];
    const inner = await merge(b, c);
    await merge(a, b);
    const outer = await merge(a, d);
    await expireFirst();
    expect(await whoAre([2, 3, 4], [b, c, d])).toEqual({ found: [c, c, c], held: [c, c, c] });
    await undo(inner);
    expect(await whoAre([2, 3, 4], [b, c, d])).toEqual({ found: [b, c, b], held: [b, c, b] });
    await undo(outer);
    expect(await whoAre([2, 3, 4], [b, c, d])).toEqual({ found: [b, c, d], held: [b, c, d] });
  });
});

describe("a merge that is stored", () => {
  const recorded = (act: string) => world.audited.filter((event) => event.act === act).length;
  const refused = (reason: "QUEUE_FULL" | "CAPACITY_EXCEEDED") =>
    new CordonError({ status: "RESOURCE_EXHAUSTED", reason, message: "no room" });

  it("is done and on record when the index takes it only later", async () => {
    const [a, b] = [await enrol(1, 50), await enrol(2, 50)];
    const add = vi.spyOn(world.engine.index, "add");
    add.mockRejectedValueOnce(refused("QUEUE_FULL"));
    const mergeId = await merge(a, b);
    expect(await whoAre([1, 2], [a, b])).toEqual({ found: [a, a], held: [a, a] });
    expect(recorded("person.merge")).toBe(1);
    add.mockRejectedValueOnce(refused("QUEUE_FULL"));
    await undo(mergeId);
    expect(await whoAre([1, 2], [a, b])).toEqual({ found: [a, b], held: [a, b] });
    expect(recorded("person.unmerge")).toBe(1);
  });

  it("is done and on record when the index never takes it, which is filled again", async () => {
    const [a, b] = [await enrol(1, 50), await enrol(2, 50)];
    const lose = vi.spyOn(world.engine.index, "lose");
    vi.spyOn(world.engine.index, "add").mockRejectedValue(refused("CAPACITY_EXCEEDED"));
    const mergeId = await merge(a, b);
    expect(lose.mock.calls).toEqual([[rosterId], ["watch"]]);
    expect(recorded("person.merge")).toBe(1);
    await undo(mergeId);
    expect(lose).toHaveBeenCalledTimes(4);
    expect(recorded("person.unmerge")).toBe(1);
  });
});
