import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rosterId } from "../../src/index/port.js";
import { reconcile } from "../../src/usecases/reconcile.js";
import { createMarker } from "../../src/usecases/roster/marker.js";
import { timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

async function enrol(person: number): Promise<string> {
  const { personId } = await world.client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + 100 * DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(person)] } }],
  });
  return personId;
}

const erase = (personId: string) => world.client.enrolment.erasePerson({ personId });
const mark = () => world.engine.marker.mark();
/** A start, with a marker of its own as in a new process. */
const start = () => {
  const { store, audit, clock } = world.engine;
  return reconcile({ ...world.engine, marker: createMarker({ store, audit, clock }) });
};
/** What a kill between the store and the audit, or a restored copy, takes away. */
const forget = (records: number) => (world.audited as unknown[]).splice(-records);
const last = () => world.audited.at(-1);
const nothing = {
  enrolmentsRecorded: 0,
  erasuresRecorded: 0,
  changesRecorded: 0,
  erasedAgain: 0,
  enrolmentsLost: 0,
};

describe("a start", () => {
  it("finds nothing to do after a stop that was none of a kill's", async () => {
    await erase(await enrol(1));
    await enrol(2);
    expect(await start()).toEqual(nothing);
    await mark();
    await enrol(3);
    expect(await start()).toEqual(nothing);
    expect(await start()).toEqual(nothing);
  });

  it("puts on record an enrolment that was stored and not recorded", async () => {
    await enrol(1);
    await mark();
    const personId = await enrol(2);
    forget(1);
    expect(await start()).toEqual({ ...nothing, enrolmentsRecorded: 1 });
    expect(last()).toMatchObject({
      act: "enrol",
      actor: { name: "cordon", role: "server" },
      details: { personId, outcome: "ENROLLED", recovered: true },
    });
    expect(await start()).toEqual(nothing);
  });

  it("puts on record an erasure that was done and not recorded", async () => {
    const personId = await enrol(1);
    await mark();
    await erase(personId);
    forget(1);
    expect(await start()).toEqual({ ...nothing, erasuresRecorded: 1 });
    expect(last()).toMatchObject({ act: "erase", details: { personId, recovered: true } });
  });

  it("puts many erasures on record together, and not one after another", async () => {
    const persons = [await enrol(1), await enrol(2), await enrol(3)];
    await mark();
    for (const personId of persons) await erase(personId);
    forget(3);
    let [underWay, most] = [0, 0];
    const { audit } = world.engine;
    const slow: typeof audit = {
      ...audit,
      async append(event) {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resume) => setImmediate(resume));
        underWay -= 1;
        return audit.append(event);
      },
    };
    expect(await reconcile({ ...world.engine, audit: slow })).toMatchObject({
      erasuresRecorded: 3,
    });
    expect(most).toBe(3);
  });

  it("notices that the newest records are gone, whatever they were about", async () => {
    await enrol(1);
    await mark();
    await world.client.gallery.createGallery({ galleryId: "later", displayName: "" });
    await mark();
    forget(1);
    await expect(start()).rejects.toThrow(/ends before record/);
  });

  it("erases again whoever an older copy of the database brought back", async () => {
    const personId = await enrol(1);
    const { store } = world.engine;
    const row = await store.getPerson(personId);
    const templates = await store.listTemplatesOf(personId);
    if (row === null) throw new Error("not stored");
    await mark();
    await erase(personId);
    await store.insertPersons([{ person: row, templates, merge: null, distinct: [] }]);
    expect(await start()).toMatchObject({ erasedAgain: 1 });
    expect(await store.getPerson(personId)).toBeNull();
    expect(world.engine.index.stats(rosterId)?.templates).toBe(0);
    expect(last()).toMatchObject({ act: "erase", details: { personId, again: 1 } });
  });

  it("says how many enrolments an older copy of the database does not have", async () => {
    await enrol(1);
    await mark();
    const personId = await enrol(2);
    await world.engine.store.discardPersons([personId]);
    expect(await start()).toMatchObject({ enrolmentsLost: 1 });
  });

  it("is refused when the audit's end was cut off, or the audit was replaced", async () => {
    await enrol(1);
    await mark();
    const all = [...world.audited];
    forget(1);
    await expect(start()).rejects.toThrow(/ends before record \d+, which the database knows/);
    (world.audited as unknown[]).splice(0, Number.POSITIVE_INFINITY, ...all);
    expect(await start()).toEqual(nothing);
  });

  it("is refused beside the audit of another database", async () => {
    await world.engine.audit.append({
      act: "audit.checkpoint",
      actor: { name: "cordon", role: "server", address: "" },
      details: { instance: "another" },
    });
    await expect(start()).rejects.toThrow(/belongs to another database/);
  });
});
