import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactScore } from "../../src/index/exact-score.js";
import { growthUnitBytes, hitBytes, type ScanKernel } from "../../src/index/kernel/layout.js";
import {
  createNarrowScalarKernel,
  createScalarKernel,
} from "../../src/index/kernel/scalar-kernel.js";
import { createRelaxedKernel, createScanKernel } from "../../src/index/kernel/scan-kernel.js";
import type { Candidate } from "../../src/index/port.js";
import { cutoffOf, quantiseQuery, quantiseRow, strideOf } from "../../src/index/quantise.js";
import {
  laneCount,
  laneOf,
  narrowStrideOf,
  quantiseQueryNarrow,
  quantiseRowNarrow,
  rowOffset,
} from "../../src/index/quantise-narrow.js";
import { availableKernels, createSlab } from "../../src/index/slab.js";
import { drawFaces, unit } from "../index/faces.js";
import { galleryOf } from "../index/galleries.js";

/** Whole numbers with the extremes as likely as the rest. */
function whole(magnitude: number): fc.Arbitrary<number> {
  const extremes = fc.constantFrom(-magnitude, -1, 0, 1, magnitude);
  return fc.oneof(extremes, fc.integer({ min: -magnitude, max: magnitude }));
}

const float = fc.float({ min: Math.fround(1e-6), max: 1, noNaN: true });
const cutoff = fc.oneof(
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0),
  fc.float({ min: -1e4, max: 1e4, noNaN: true }),
);

const scanned = fc
  .record({ blocks: fc.integer({ min: 1, max: 12 }), groups: fc.integer({ min: 1, max: 5 }) })
  .chain(({ blocks, groups }) => {
    const stride = 8 * blocks;
    const count = 4 * groups;
    const row = fc.record({
      elements: fc.array(whole(127), { minLength: stride, maxLength: stride }),
      tail: fc.tuple(float, float),
    });
    return fc.record({
      stride: fc.constant(stride),
      rows: fc.array(row, { minLength: count, maxLength: count }),
      // Both small, whose sums a float32 holds exactly, and as large as there are.
      queries: fc.oneof(whole(100), whole(32_767)).chain((one) =>
        fc.array(fc.oneof(fc.constant(one), whole(32_767)), {
          minLength: 4 * stride,
          maxLength: 4 * stride,
        }),
      ),
      limits: fc.tuple(float, float, float, float, cutoff, cutoff, cutoff, cutoff),
    });
  });

type Scanned = typeof scanned extends fc.Arbitrary<infer T> ? Omit<T, "queries"> : never;
type ScanName = "scan1" | "scan4";

/** Where everything lies in the memory of a kernel under test. */
const place = { rows: 0, queries: 32_768, limits: 49_152, hits: 50_176 } as const;

/**
 * Has a compiled kernel and the scalar one scan the same memory, and compares what they find.
 * @param putQueries writes the queries of a case to `place.queries`
 */
function holdToScalar<Given extends Scanned>(
  compiled: ScanKernel,
  scalar: ScanKernel,
  cases: fc.Arbitrary<Given>,
  putQueries: (buffer: ArrayBuffer, given: Given, scan: ScanName) => void,
): void {
  compiled.memory.grow(1);
  const { buffer } = compiled.memory;
  fc.assert(
    fc.property(cases, fc.constantFrom<ScanName>("scan1", "scan4"), (given, scan) => {
      const { stride, rows } = given;
      new Uint8Array(buffer).fill(0);
      rows.forEach(({ elements, tail }, i) => {
        const row = place.rows + i * (stride + 8);
        new Int8Array(buffer, row, stride).set(elements);
        new Float32Array(buffer, row + stride, 2).set(tail);
      });
      putQueries(buffer, given, scan);
      new Float32Array(buffer, place.limits, 8).set(given.limits);
      const run = (kernel: ScanKernel) => {
        new Uint8Array(buffer, place.hits).fill(0);
        const { rows: first, queries, limits, hits } = place;
        const found = kernel[scan](first, rows.length, stride, queries, limits, hits);
        return new Int32Array(buffer.slice(place.hits, place.hits + found * hitBytes));
      };
      expect(run(compiled)).toEqual(run(scalar));
    }),
    { numRuns: 300 },
  );
  expect(buffer.byteLength).toBe(growthUnitBytes);
}

test("the compiled kernel finds what the scalar one does, bit for bit", () => {
  const compiled = createScanKernel();
  expect(compiled.name).toBe("simd");
  const scalar = createScalarKernel(compiled.memory);
  holdToScalar(compiled, scalar, scanned, (buffer, { stride, queries }) => {
    new Int16Array(buffer, place.queries, 4 * stride).set(queries);
  });
});

const narrowScanned = fc
  .record({ blocks: fc.integer({ min: 1, max: 12 }), groups: fc.integer({ min: 1, max: 5 }) })
  .chain(({ blocks, groups }) => {
    const stride = 16 * blocks;
    const count = 4 * groups;
    const element = fc.oneof(fc.constantFrom(0, 1, 64, 127), fc.integer({ min: 0, max: 127 }));
    const row = fc.record({
      elements: fc.array(element, { minLength: stride, maxLength: stride }),
      tail: fc.tuple(float, float),
    });
    return fc.record({
      stride: fc.constant(stride),
      rows: fc.array(row, { minLength: count, maxLength: count }),
      // Sums may wrap here, and wrap alike.
      sums: fc.array(whole(32_767), { minLength: 32, maxLength: 32 }),
      queries: fc.array(whole(127), { minLength: 4 * stride, maxLength: 4 * stride }),
      limits: fc.tuple(float, float, float, float, cutoff, cutoff, cutoff, cutoff),
    });
  });

test("the kernel of relaxed SIMD finds what the scalar one does, bit for bit", () => {
  const compiled = createRelaxedKernel();
  if (compiled === null) throw new Error("this runtime has no relaxed SIMD");
  const scalar = createNarrowScalarKernel(compiled.memory);
  holdToScalar(compiled, scalar, narrowScanned, (buffer, given, scan) => {
    const sums = scan === "scan1" ? given.sums.slice(0, 8) : given.sums;
    new Int16Array(buffer, place.queries, sums.length).set(sums);
    const elements = place.queries + 2 * sums.length;
    new Int8Array(buffer, elements, 4 * given.stride).set(given.queries);
  });
});

/** Ways to lay vectors out that a quantised scan could be misled by. */
const kinds = {
  faces: (draw) => draw.person()(),
  /** All about the same: the scores differ by less than 8 bits can tell. */
  clustered: (draw, dimension) =>
    unit(Array.from({ length: dimension }, (_, i) => i + 1 + draw.below(1_000) * 1e-6)),
  duplicates: (draw, dimension) =>
    unit(Array.from({ length: dimension }, (_, i) => (i === draw.below(2) ? 3 : 1))),
  /** One element takes the scale, the others are lost below its step. */
  spiky: (draw, dimension) =>
    unit(Array.from({ length: dimension }, (_, i) => (i === 0 ? 1 : draw.below(1_000) * 4e-6))),
  /** Signs only: every element is the largest. */
  flat: (draw, dimension) =>
    unit(Array.from({ length: dimension }, () => (draw.below(2) === 0 ? -1 : 1))),
  /** Elements that no float32 can divide by, beside one that is as large as there are. */
  denormal: (draw, dimension) =>
    Float32Array.from({ length: dimension }, (_, i) => (i === 1 ? 1 : draw.below(1_000) * 1e-43)),
  /** Next to nothing at all: shorter than any vector of a face, and still scored. */
  tiny: (draw, dimension) =>
    Float32Array.from({ length: dimension }, () => (draw.below(2_000) - 1_000) * 1e-41),
  opposite: (draw, dimension) =>
    unit(Array.from({ length: dimension }, (_, i) => (i === 0 ? draw.below(2) * 2 - 1 : 0))),
} satisfies Record<string, (draw: ReturnType<typeof drawFaces>, dimension: number) => Float32Array>;

const layout = fc.record({
  seed: fc.integer(),
  dimension: fc.constantFrom(2, 3, 7, 8, 31, 64, 160, 512, 515, 1_024),
  rowKind: fc.constantFrom(...Object.values(kinds)),
  queryKind: fc.constantFrom(...Object.values(kinds)),
  rows: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(63, 64, 65, 127, 128, 129)),
  /** Every so many templates is removed again. */
  removedEvery: fc.integer({ min: 2, max: 9 }),
  templatesPerPerson: fc.integer({ min: 1, max: 3 }),
  queries: fc.oneof(fc.integer({ min: 1, max: 17 }), fc.constantFrom(16, 64, 65, 70)),
  k: fc.integer({ min: 1, max: 20 }),
  /** Worst first: every row beats those before it. */
  isAscending: fc.boolean(),
});

type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never;

function drawLayout(given: Layout) {
  const { dimension, rowKind, queryKind } = given;
  const draw = drawFaces(dimension, given.seed);
  const queries = Array.from({ length: given.queries }, () => queryKind(draw, dimension));
  const rows = Array.from({ length: given.rows }, () => rowKind(draw, dimension));
  const [first] = queries;
  if (given.isAscending && first !== undefined) {
    const score = (row: Float32Array) => exactScore(first, 0, row, 0, dimension);
    rows.sort((a, b) => score(a) - score(b));
  }
  return { rows, queries };
}

/** Every row scored, everything sorted. */
function searchPlainly(
  rows: readonly { readonly row: Float32Array; readonly i: number }[],
  query: Float32Array,
  personOf: (i: number) => string,
  k: number,
): Candidate[] {
  const scored = rows.map(({ row, i }) => {
    const score = exactScore(query, 0, row, 0, query.length);
    return { personId: personOf(i), templateId: `t${i}`, score };
  });
  scored.sort((a, b) => b.score - a.score || (a.templateId < b.templateId ? -1 : 1));
  const best = new Map<string, Candidate>();
  for (const one of scored) if (!best.has(one.personId)) best.set(one.personId, one);
  const persons = [...best.values()];
  persons.sort((a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1));
  return persons.slice(0, k);
}

describe.each(availableKernels().names)("exact search by the %s kernel", (kernel) => {
  test("answers as scoring every row exactly does, whatever the vectors", () => {
    fc.assert(
      fc.property(layout, (given) => {
        const { rows, queries } = drawLayout(given);
        const personOf = (i: number) => `p${i % Math.ceil(rows.length / given.templatesPerPerson)}`;
        const gallery = galleryOf("exact", createSlab(given.dimension, kernel));
        gallery.add({
          templateIds: rows.map((_row, i) => `t${i}`),
          personIds: rows.map((_row, i) => personOf(i)),
          vectors: Float32Array.from(rows.flatMap((row) => [...row])),
        });
        const packed = Float32Array.from(queries.flatMap((query) => [...query]));
        const isKept = (i: number) => i % given.removedEvery !== 1;
        const all = rows.map((row, i) => ({ row, i }));
        for (const held of [all, all.filter(({ i }) => isKept(i))]) {
          expect(gallery.search(packed, queries.length, given.k)).toEqual(
            queries.map((query) => searchPlainly(held, query, personOf, given.k)),
          );
          gallery.removeTemplates(all.flatMap(({ i }) => (isKept(i) ? [] : [`t${i}`])));
        }
      }),
      { numRuns: 40 },
    );
  });
});

test("no bound falls short of the score that it bounds", () => {
  const vector = (dimension: number) =>
    fc
      .array(fc.oneof(whole(3), fc.double({ min: -1, max: 1, noNaN: true })), {
        minLength: dimension,
        maxLength: dimension,
      })
      .filter((values) => Math.hypot(...values) > 1e-3)
      .map(unit);
  const pair = fc
    .integer({ min: 2, max: 24 })
    .chain((dimension) => fc.tuple(vector(dimension), vector(dimension)));
  fc.assert(
    fc.property(pair, ([row, query]) => {
      const elements = new Int8Array(strideOf(row.length));
      const tail = new Float32Array(2);
      quantiseRow(row, elements, tail);
      const [scale = 0, error = 0] = tail;
      let sum = 0;
      const bound = quantiseQuery(query, (i, value) => {
        sum += (elements[i] ?? 0) * value;
      });
      const score = exactScore(query, 0, row, 0, row.length);
      const { fround } = Math;
      const reached = fround(fround(fround(sum) * scale) + fround(error * fround(bound.reach)));
      expect(reached).toBeGreaterThanOrEqual(fround(cutoffOf(bound, score)));
      // Not for being loose: the error is that of the row's 8 bits.
      const spare = reached - cutoffOf(bound, score);
      expect(spare * bound.step).toBeLessThanOrEqual(2.1 * error + 1e-3);
    }),
    { numRuns: 2_000 },
  );
});

/** Vectors whose numbers lie as badly for 16 bits as they can: in one lane, or all alike. */
const narrowKinds = {
  ...kinds,
  oneLane: (draw, dimension) =>
    unit(
      Array.from({ length: dimension }, (_, i) =>
        laneOf(i) === 0 ? 1 + draw.below(100) * 1e-4 : draw.below(2) * 1e-6,
      ),
    ),
  equal: (_, dimension) => unit(new Array<number>(dimension).fill(1)),
} satisfies Record<string, (draw: ReturnType<typeof drawFaces>, dimension: number) => Float32Array>;

test("no narrow sum overflows, and no narrow bound falls short", () => {
  const dimensions = fc.constantFrom(2, 3, 15, 16, 17, 160, 512, 515, 4_096);
  const kind = fc.constantFrom(...Object.values(narrowKinds));
  fc.assert(
    fc.property(fc.integer(), dimensions, kind, kind, (seed, dimension, rowKind, queryKind) => {
      const draw = drawFaces(dimension, seed);
      const row = rowKind(draw, dimension);
      const query = queryKind(draw, dimension);
      const elements = new Int8Array(narrowStrideOf(dimension));
      const tail = new Float32Array(2);
      quantiseRowNarrow(row, elements, tail);
      const [scale = 0, error = 0] = tail;
      const lanes = new Array<number>(laneCount).fill(0);
      const bound = quantiseQueryNarrow(query, (i, value) => {
        expect(Math.abs(value)).toBeLessThanOrEqual(127);
        lanes[laneOf(i)] = (lanes[laneOf(i)] ?? 0) + ((elements[i] ?? 0) - rowOffset) * value;
      });
      for (const element of elements.subarray(0, dimension)) {
        expect(Math.abs(element - rowOffset)).toBeLessThanOrEqual(63);
      }
      for (const sum of lanes) expect(Math.abs(sum)).toBeLessThanOrEqual(32_767);
      const sum = lanes.reduce((all, one) => all + one, 0);
      const score = exactScore(query, 0, row, 0, dimension);
      const { fround } = Math;
      const reached = fround(fround(fround(sum) * scale) + fround(error * fround(bound.reach)));
      expect(reached).toBeGreaterThanOrEqual(fround(cutoffOf(bound, score)));
    }),
    { numRuns: 400 },
  );
});
