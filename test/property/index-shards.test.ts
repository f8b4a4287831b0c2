import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import type { Candidate } from "../../src/index/port.js";
import { unit } from "../index/faces.js";
import { createNaiveGallery, type NaiveGallery } from "../index/naive.js";
import { permitFor, testClock } from "../index/permits.js";

const dimension = 6;
const permit = permitFor("g");

type Step =
  | { readonly kind: "add"; readonly entries: readonly (readonly [number, number, Float32Array])[] }
  | { readonly kind: "remove"; readonly person: number }
  | { readonly kind: "removeTemplates"; readonly templates: readonly number[] }
  | { readonly kind: "search"; readonly query: Float32Array; readonly k: number }
  /** Waits until everything before it has been answered. */
  | { readonly kind: "wait" };

const vector = fc
  .array(fc.integer({ min: -2, max: 2 }), { minLength: dimension, maxLength: dimension })
  .filter((values) => values.some((value) => value !== 0))
  .map(unit);
const person = fc.integer({ min: 0, max: 9 });
const template = fc.integer({ min: 0, max: 20 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      entries: fc.array(fc.tuple(person, template, vector), { maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), person }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("removeTemplates" as const),
      templates: fc.array(template, { maxLength: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("search" as const),
      query: vector,
      k: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "wait" as const }) },
);

/** What a search may see: the gallery as it was at some moment from its call to its answer. */
interface Asked {
  readonly query: Float32Array;
  readonly k: number;
  /** Steps taken before the call. */
  readonly from: number;
  /** Steps taken before the answer. */
  readonly to: number;
  readonly found: readonly Candidate[];
}

/** Takes all steps without waiting for any but at a "wait", and compares with brute force. */
async function play(index: EmbeddedIndex, steps: readonly Step[]): Promise<void> {
  await index.createGallery("g");
  const naive = createNaiveGallery();
  const states = [answersOf(naive)];
  const asked: Promise<Asked>[] = [];
  let pending: Promise<unknown>[] = [];
  for (const one of steps) {
    if (one.kind === "wait") {
      await Promise.all(pending);
      pending = [];
      expect(index.stats("g")).toMatchObject({
        persons: naive.persons,
        templates: naive.templates,
      });
    } else if (one.kind === "search") {
      const from = states.length - 1;
      const search = index.search(permit, "g", [one.query], one.k).then(([found = []]): Asked => {
        return { query: one.query, k: one.k, from, to: states.length - 1, found };
      });
      asked.push(search);
      pending.push(search);
    } else {
      pending.push(change(index, naive, one));
      states.push(answersOf(naive));
    }
  }
  await Promise.all(pending);
  for (const one of await Promise.all(asked)) expectSeen(states, one);
  await index.dropGallery("g");
}

function change(
  index: EmbeddedIndex,
  naive: NaiveGallery,
  one: Exclude<Step, { kind: "search" | "wait" }>,
): Promise<unknown> {
  if (one.kind === "remove") {
    const removed = naive.removePerson(`p${one.person}`);
    return index.removePerson("g", `p${one.person}`).then((count) => expect(count).toBe(removed));
  }
  if (one.kind === "removeTemplates") {
    const templateIds = one.templates.map((id) => `t${id}`);
    const removed = naive.removeTemplates(templateIds);
    return index.removeTemplates("g", templateIds).then((count) => expect(count).toBe(removed));
  }
  const entries = one.entries.map(([personId, templateId, values]) => {
    return { personId: `p${personId}`, templateId: `t${templateId}`, vector: values };
  });
  naive.add(entries);
  return index.add("g", entries);
}

/** Everybody's score for a query, as the gallery is now. */
function answersOf(naive: NaiveGallery): (query: Float32Array) => readonly Candidate[] {
  const copy = createNaiveGallery();
  copy.add(naive.entries());
  return (query) => copy.search(query, Number.MAX_SAFE_INTEGER);
}

function expectSeen(
  states: readonly ((query: Float32Array) => readonly Candidate[])[],
  { query, k, from, to, found }: Asked,
): void {
  const possible = states.slice(from, to + 1).map((answers) => answers(query));
  const matches = possible.some((all) => {
    const scores = new Map(all.map(({ personId, score }) => [personId, score]));
    const isClose = (a: number, b: number | undefined) => Math.abs(a - (b ?? 9)) < 1e-5;
    return (
      found.length === Math.min(k, all.length) &&
      new Set(found.map(({ personId }) => personId)).size === found.length &&
      found.every(({ score }, i) => isClose(score, all[i]?.score)) &&
      found.every(({ personId, score }) => isClose(score, scores.get(personId)))
    );
  });
  expect({ found, matches }).toMatchObject({ matches: true });
}

describe.each([1, 2, 3, 4])("a gallery over %i workers", (workers) => {
  let index: EmbeddedIndex;
  beforeAll(async () => {
    index = await createIndex({
      driver: "exact",
      dimension,
      workers,
      clock: testClock,
      queueMax: 10_000,
    });
  });
  afterAll(() => index.close());

  test("answers as brute force at one moment between a search's call and its answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) => play(index, steps)),
      // A failure leaves the gallery behind.
      { numRuns: 40, endOnFailure: true },
    );
  });
});
