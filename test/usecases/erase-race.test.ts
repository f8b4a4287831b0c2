import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mintPermit } from "../../src/base/permit.js";
import { rosterId } from "../../src/index/port.js";
import { DAY_MS, START_MS } from "./engine.js";
import { type IndexedEngine, makeIndexedEngine } from "./indexed-engine.js";
import { vectorOf } from "./spies.js";

let it: IndexedEngine;
beforeEach(async () => {
  it = await makeIndexedEngine();
});
afterEach(() => it.close());

async function scores(person: number): Promise<readonly number[]> {
  const permit = mintPermit({
    ...{ act: "identify", zoneId: "plaza", cameraId: "gate-1", galleryIds: ["watch"] },
    ...{ purpose: "PUBLIC_SAFETY", expiresAtMs: START_MS + DAY_MS },
  });
  const [found = []] = await it.index.search(permit, "watch", [vectorOf(person)], 10);
  return found.map(({ score }) => score);
}

test("nobody erased comes back when a worker ends before the erasure is committed", async () => {
  const personId = await it.enrol(1);
  await it.enrol(2);
  it.holdUp("erasePersons", it.loseWorker);
  const { templatesErased } = await it.client.enrolment.erasePerson({ personId, reason: "asked" });
  expect(templatesErased).toBe(1);
  expect(it.workers).toHaveLength(2);
  expect(it.index.stats("watch")).toMatchObject({ persons: 1, templates: 1 });
  expect(it.index.stats(rosterId)).toMatchObject({ persons: 1, templates: 1 });
  expect(await scores(1)).toEqual([0]);
  expect(await it.snapshots.saveIfWorth(it.engine.roster)).toBe(true);
});

test("an enrolment that is taken back does not come back when a worker ends meanwhile", async () => {
  await it.enrol(1);
  const { add } = it.engine.index;
  const failing = async (galleryId: string) => {
    if (galleryId === "watch") throw new Error("no");
  };
  Object.assign(it.engine.index, { add: failing });
  it.holdUp("discardPersons", it.loseWorker);
  await expect(it.enrol(2)).rejects.toThrow();
  Object.assign(it.engine.index, { add });
  expect(it.workers).toHaveLength(2);
  expect(it.index.stats("watch")).toMatchObject({ persons: 1 });
  expect(it.index.stats(rosterId)).toMatchObject({ persons: 1 });
  expect(await scores(2)).toEqual([0]);
});

test("there is no snapshot of an index that holds more than the store does", async () => {
  const personId = await it.enrol(1);
  await it.enrol(2);
  const [one] = await it.engine.store.listTemplatesOf(personId);
  const stray = { templateId: `${one?.templateId}-x`, personId, vector: vectorOf(3) };
  await it.engine.index.add(rosterId, [stray]);
  expect(await it.snapshots.saveIfWorth(it.engine.roster)).toBe(false);
  expect(await readdir(join(it.base.dataDir, "index"))).toEqual([]);
  await it.engine.index.removeTemplates(rosterId, [stray.templateId]);
  expect(await it.snapshots.saveIfWorth(it.engine.roster)).toBe(true);
});

test("an erasure that the disk refuses changes nothing: who is enrolled is found", async () => {
  const personId = await it.enrol(1);
  it.holdUp("erasePersons", () => Promise.reject(new Error("the disk is full")));
  await expect(it.client.enrolment.erasePerson({ personId, reason: "asked" })).rejects.toThrow();
  expect(await scores(1)).toEqual([1]);
  expect(it.index.stats(rosterId)).toMatchObject({ persons: 1, templates: 1 });
  await expect(it.enrol(1)).rejects.toMatchObject({ reason: "DUPLICATE_SUSPECTED" });
  const { templatesErased } = await it.client.enrolment.erasePerson({ personId, reason: "again" });
  expect(templatesErased).toBe(1);
  expect(await scores(1)).toEqual([]);
});
