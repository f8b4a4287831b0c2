import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Gallery } from "../../src/index/gallery.js";
import type { Candidate } from "../../src/index/port.js";
import { createGalleryBy } from "../../src/index/shard-gallery.js";
import { unit } from "../index/faces.js";
import { galleryOf, toolsOf } from "../index/galleries.js";
import { createNaiveGallery, type NaiveGallery } from "../index/naive.js";

const dimension = 6;

interface Wanted {
  rows: number;
}

interface State {
  readonly wanted: Wanted;
  readonly gallery: Gallery;
  readonly naive: NaiveGallery;
}

type Step =
  | { readonly kind: "add"; readonly entries: readonly (readonly [number, number, Float32Array])[] }
  | { readonly kind: "remove"; readonly person: number }
  | { readonly kind: "removeTemplates"; readonly templates: readonly number[] }
  | {
      readonly kind: "upkeep";
      /** Rows that the gallery's graph is to have, where that comes and goes; all from 30 on. */
      readonly wanted: number;
    }
  | { readonly kind: "search"; readonly queries: readonly Float32Array[]; readonly k: number };

/** Small whole numbers, so that equal vectors and ties come up; never all zero. */
const vector = fc
  .array(fc.integer({ min: -2, max: 2 }), { minLength: dimension, maxLength: dimension })
  .filter((values) => values.some((value) => value !== 0))
  .map(unit);
const person = fc.integer({ min: 0, max: 9 });
const template = fc.integer({ min: 0, max: 30 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      entries: fc.array(fc.tuple(person, template, vector), { maxLength: 8 }),
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
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("upkeep" as const), wanted: fc.nat({ max: 40 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("search" as const),
      queries: fc.array(vector, { minLength: 1, maxLength: 6 }),
      k: fc.integer({ min: 1, max: 12 }),
    }),
  },
);

function take(state: State, step: Step): void {
  const { gallery, naive } = state;
  if (step.kind === "upkeep") {
    state.wanted.rows = step.wanted >= 30 ? Infinity : step.wanted;
    gallery.upkeep(true);
  } else if (step.kind === "remove") {
    const personId = `p${step.person}`;
    expect(gallery.removePerson(personId)).toBe(naive.removePerson(personId));
  } else if (step.kind === "add") {
    const personIds = step.entries.map(([id]) => `p${id}`);
    const templateIds = step.entries.map(([, id]) => `t${id}`);
    const vectors = Float32Array.from(step.entries.flatMap(([, , values]) => [...values]));
    gallery.add({ personIds, templateIds, vectors });
    naive.add(
      step.entries.map(([, , values], i) => ({
        personId: personIds[i] as string,
        templateId: templateIds[i] as string,
        vector: values,
      })),
    );
  } else if (step.kind === "removeTemplates") {
    const templateIds = step.templates.map((id) => `t${id}`);
    expect(gallery.removeTemplates(templateIds)).toBe(naive.removeTemplates(templateIds));
  } else {
    const packed = Float32Array.from(step.queries.flatMap((query) => [...query]));
    const answers = gallery.search(packed, step.queries.length, step.k);
    expect(answers).toHaveLength(step.queries.length);
    step.queries.forEach((query, i) => {
      compare(answers[i] ?? [], naive, query, step.k);
    });
  }
  expect(gallery.templates).toBe(naive.templates);
  expect(gallery.persons).toBe(naive.persons);
}

function compare(
  found: readonly Candidate[],
  naive: NaiveGallery,
  query: Float32Array,
  k: number,
): void {
  const close = naive.search(query, k).map(({ score }) => expect.closeTo(score, 5));
  expect(found.map(({ score }) => score)).toEqual(close);
  expect(new Set(found.map(({ personId }) => personId)).size).toBe(found.length);
  const all = naive.search(query, Number.MAX_SAFE_INTEGER);
  for (const { personId, score } of found) {
    expect(all.find((one) => one.personId === personId)?.score).toBeCloseTo(score, 5);
  }
}

const drivers: readonly (readonly [string, (wanted: Wanted) => Gallery])[] = [
  ["exact", () => galleryOf("exact", dimension)],
  [
    "hnsw",
    () => galleryOf("hnsw", dimension, { fullScanThreshold: 0, m: 8, recallSampleFraction: 0.5 }),
  ],
  [
    "switching",
    (wanted) =>
      createGalleryBy(toolsOf(dimension, { m: 8, recallSampleFraction: 0.5 }), {
        wanted: () => wanted.rows,
        weighsScans: false,
        usesGraphs: true,
        why: "a test says so",
      }),
  ],
];

describe.each(drivers)("%s gallery", (_, create) => {
  test("answers as the naive one after any additions, removals and upkeep", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const wanted = { rows: 0 };
        const state = { wanted, gallery: create(wanted), naive: createNaiveGallery() };
        for (const one of steps) take(state, one);
        state.gallery.wipe();
      }),
      { numRuns: 100 },
    );
  });
});
