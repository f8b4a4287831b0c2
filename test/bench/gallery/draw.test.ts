import { describe, expect, it } from "vitest";
import { createFaceDrawer, DIMENSION } from "../../../bench/gallery/draw.js";
import { embeddingShape } from "../../../bench/gallery/embedding-shape.js";

function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0);
}

function draw(write: (into: Float32Array) => void): Float32Array {
  const vector = new Float32Array(DIMENSION);
  write(vector);
  return vector;
}

describe("createFaceDrawer()", () => {
  const faces = createFaceDrawer(1);

  it("has figures for every dimension", () => {
    const { dimension, mean, between, within } = embeddingShape;
    expect([mean.length, between.length, within.length]).toEqual(Array(3).fill(dimension));
  });

  it("draws the same person whoever asks, in whatever order, and unit lengths", () => {
    const again = createFaceDrawer(1);
    const later = draw((into) => again.enrolled(8, into));
    const first = draw((into) => again.enrolled(7, into));
    expect(draw((into) => faces.enrolled(7, into))).toEqual(first);
    expect(first).not.toEqual(later);
    expect(cosine(first, first)).toBeCloseTo(1, 5);
  });

  it("draws images of one person alike and strangers unlike, as the default embedding does", () => {
    const persons = Array.from({ length: 300 }, (_, at) => at);
    const mated = persons.map((person) =>
      cosine(
        draw((into) => faces.enrolled(person, into)),
        draw((into) => faces.probe(person, 0, into)),
      ),
    );
    const others = persons.map((person) =>
      cosine(
        draw((into) => faces.enrolled(person, into)),
        draw((into) => faces.stranger(person, into)),
      ),
    );
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    expect(mean(mated)).toBeGreaterThan(0.65);
    expect(mean(mated)).toBeLessThan(0.72);
    expect(Math.abs(mean(others))).toBeLessThan(0.03);
    const deviation = Math.sqrt(mean(others.map((one) => one * one)));
    expect(deviation).toBeGreaterThan(0.08);
    expect(deviation).toBeLessThan(0.115);
  });
});
