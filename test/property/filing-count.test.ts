import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { rosterId } from "../../src/index/port.js";
import { createSweeper } from "../../src/usecases/sweeper.js";
import { timestamp } from "../e2e/harness.js";
import { DAY_MS } from "../usecases/engine.js";
import { auditedAs, enrolNumber } from "../usecases/filing-people.js";
import { modelPack, vectorOf } from "../usecases/spies.js";
import { makeWorld, type World } from "../usecases/world.js";

/*
 * The running count is held against a full recount after every round of acts that run at once,
 * whatever they are: some are refused, some meet persons who are gone, and the count is right.
 */

const RUNS = Number(process.env["CORDON_TEST_COUNT_RUNS"] ?? 12);
const ROUNDS_MAX = 8;
const THRESHOLD = 5;
/** Faces that there are; few, so that the same one comes again. */
const FACES = 12;

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

/** One act; `a` and `b` choose faces, persons or merges among those that there were so far. */
interface Act {
  readonly kind: (typeof kinds)[number];
  readonly a: number;
  readonly b: number;
}

const kinds = [
  "enrol",
  "enrol",
  "enrol",
  "enrol-for-a-day",
  "link",
  "confirm-distinct",
  "merge",
  "unmerge",
  "withdraw",
  "erase",
  "expire",
] as const;

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(...kinds),
  a: fc.nat(FACES - 1),
  b: fc.nat(30),
});
const rounds = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: ROUNDS_MAX,
});

/** Everybody who was ever enrolled, and every merge that was ever made. */
interface Known {
  readonly personIds: string[];
  readonly mergeIds: string[];
}

function oneOf(ids: readonly string[], at: number): string {
  return ids[at % Math.max(1, ids.length)] ?? "nobody";
}

async function perform(open: World, known: Known, { kind, a, b }: Act): Promise<void> {
  const { client, engine, clock } = open;
  const personId = oneOf(known.personIds, b);
  const enrol = async (change: object = {}) => {
    const enrolled = await enrolNumber(open, a, change);
    known.personIds.push(enrolled.personId);
    if (enrolled.mergeId !== "") known.mergeIds.push(enrolled.mergeId);
  };
  switch (kind) {
    case "enrol":
      return enrol(b % 2 === 0 ? {} : { sources: twoFaces(a) });
    case "enrol-for-a-day":
      return enrol({ retentionDeadline: timestamp(clock.nowMs() + DAY_MS) });
    case "link":
      return enrol({ linkToPersonId: personId });
    case "confirm-distinct":
      return enrol({ confirmDistinct: { personIds: [personId], reason: "twins" } });
    case "merge": {
      const duplicatePersonId = oneOf(known.personIds, a + b);
      const reason = "the same passport";
      const made = await client.duplicates.mergePersons({ personId, duplicatePersonId, reason });
      known.mergeIds.push(made.merge?.mergeId ?? "");
      return;
    }
    case "unmerge":
      await client.duplicates.undoMerge({ mergeId: oneOf(known.mergeIds, b) });
      return;
    case "withdraw":
      await client.enrolment.withdrawConsent({ personId });
      return;
    case "erase":
      await client.enrolment.erasePerson({ personId, reason: "asked" });
      return;
    case "expire":
      clock.pass(DAY_MS);
      await createSweeper(engine, DAY_MS).sweep();
  }
}

/** Two templates of one person. */
function twoFaces(number: number) {
  const face = { embedding: { modelPack, values: [...vectorOf(number)] } };
  return [face, face];
}

async function holds({ engine }: World): Promise<void> {
  const { store, filing, metrics, index } = engine;
  const { persons, templates } = filing.count;
  expect({ persons, templates }).toEqual({
    persons: await store.countPersons(),
    templates: await store.countTemplatesStored(),
  });
  expect(index.stats(rosterId)?.templates).toBe(templates);
  expect((await metrics.persons.get()).values).toMatchObject([{ value: persons }]);
}

it("the running count is that of a full recount after whatever happened at once", async () => {
  let merges = 0;
  let undone = 0;
  let crossings = 0;
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const open = await makeWorld({ thresholdPersons: THRESHOLD });
      world = open;
      const known: Known = { personIds: [], mergeIds: [] };
      for (const round of all) {
        await Promise.allSettled(round.map((one) => perform(open, known, one)));
        await holds(open);
        if (open.engine.filing.count.persons < THRESHOLD) continue;
        expect(auditedAs(open, "filing.threshold-reached")).toHaveLength(1);
      }
      const events = await open.engine.store.listFilingEvents();
      expect(auditedAs(open, "filing.threshold-reached")).toHaveLength(events.length);
      expect(events.length).toBeLessThanOrEqual(1);
      merges += auditedAs(open, "person.merge").length;
      undone += auditedAs(open, "person.unmerge").length;
      crossings += events.length;
      await open.close();
      world = null;
    }),
    { numRuns: RUNS, seed: 20260601 },
  );
  // Not in vain.
  expect(Math.min(merges, undone, crossings)).toBeGreaterThan(0);
});
