import { expect, test } from "vitest";
import { createProbeDraw } from "../../src/index/probes.js";
import { createUniform } from "../../src/index/random.js";
import { createRows } from "../../src/index/rows.js";
import { createSlab } from "../../src/index/slab.js";
import { cosine, drawFaces } from "./faces.js";

const dimension = 160;

function filledRows(count: number) {
  const rows = createRows(createSlab(dimension));
  const draw = drawFaces(dimension, 11);
  rows.reserve(count);
  for (let i = 0; i < count; i += 1) {
    const vectors = draw.person()();
    rows.put({ templateIds: [`t${i}`], personIds: [`p${i}`], vectors }, 0);
  }
  return rows;
}

test("mated probes are as near to a template as images of one face, others to none", () => {
  const count = 2_000;
  const rows = filledRows(count);
  const probes = createProbeDraw(rows, createUniform(5));
  const mated: number[] = [];
  const others: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const vector = new Float32Array(dimension);
    const sourceId = probes.draw(vector, count);
    expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    if (sourceId !== null) {
      mated.push(cosine(vector, rows.vectorOf(rows.rowOf(sourceId) as number)));
    } else {
      const all = Array.from({ length: count }, (_, row) => cosine(vector, rows.vectorOf(row)));
      others.push(Math.max(...all));
    }
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mated).toHaveLength(100);
  expect(mean(mated)).toBeGreaterThan(0.57);
  expect(mean(mated)).toBeLessThan(0.63);
  expect(Math.min(...mated)).toBeGreaterThanOrEqual(0.299);
  // As the best of 2,000 impostors: about 3.5 standard deviations of 0.1, the sources not above.
  expect(mean(others)).toBeGreaterThan(0.3);
  expect(mean(others)).toBeLessThan(0.48);
});

test("probes are drawn from the rows below the end alone", () => {
  const rows = filledRows(40);
  const probes = createProbeDraw(rows, createUniform(6));
  for (let i = 0; i < 100; i += 1) {
    const sourceId = probes.draw(new Float32Array(dimension), 3);
    if (sourceId !== null) expect(["t0", "t1", "t2"]).toContain(sourceId);
  }
});
