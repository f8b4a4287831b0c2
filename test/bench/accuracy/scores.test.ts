import { describe, expect, it } from "vitest";
import { evaluateIdentification } from "../../../bench/accuracy/evaluate.js";
import type { OpenSetEntry } from "../../../bench/accuracy/lists.js";
import { MissList } from "../../../bench/accuracy/misses.js";
import {
  cosine,
  type Embedding,
  scoreOpenSet,
  scorePairs,
} from "../../../bench/accuracy/scores.js";

/** A unit vector in the plane. */
function direction(degrees: number): Float32Array {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle));
}

const embeddings = new Map<string, Embedding>([
  ["ann-1", direction(0)],
  ["ann-2", direction(60)],
  ["bob-1", direction(90)],
  ["ann-p", direction(20)],
  ["bob-p", direction(40)],
  ["bob-lost", null],
  ["cat-p", direction(100)],
  ["dan-lost", null],
]);

const entries: OpenSetEntry[] = [
  { role: "gallery", identity: "ann", path: "ann-1" },
  { role: "gallery", identity: "ann", path: "ann-2" },
  { role: "gallery", identity: "bob", path: "bob-1" },
  { role: "mated", identity: "ann", path: "ann-p" },
  { role: "mated", identity: "bob", path: "bob-p" },
  { role: "mated", identity: "bob", path: "bob-lost" },
  { role: "nonmated", identity: "cat", path: "cat-p" },
  { role: "nonmated", identity: "dan", path: "dan-lost" },
];

const degrees = (angle: number) => Math.cos((angle * Math.PI) / 180);

describe("scorePairs()", () => {
  it("scores a pair without a face lowest of all", () => {
    const pairs = [
      { a: "ann-1", b: "ann-2", same: true },
      { a: "ann-1", b: "bob-lost", same: false },
    ];
    const [first, second] = scorePairs(pairs, embeddings);
    expect(first?.score).toBeCloseTo(0.5, 6);
    expect(second?.score).toBe(Number.NEGATIVE_INFINITY);
  });

  it("refuses vectors of different lengths and images that were not embedded", () => {
    expect(() => cosine(direction(0), new Float32Array(3))).toThrow(RangeError);
    expect(() => scorePairs([{ a: "ann-1", b: "nobody", same: true }], embeddings)).toThrow(
      /nobody was not embedded/,
    );
  });
});

describe("scoreOpenSet()", () => {
  const scores = scoreOpenSet(entries, embeddings);

  it("takes a person's best image, and the best of all others", () => {
    expect(scores.mated[0]?.mateScore).toBeCloseTo(degrees(20), 6);
    expect(scores.mated[0]?.otherScore).toBeCloseTo(degrees(70), 6);
    expect(scores.mated[1]).toMatchObject({ otherIdentity: "ann" });
    expect(scores.mated[1]?.otherScore).toBeCloseTo(degrees(20), 6);
    expect(scores.mated[1]?.mateScore).toBeCloseTo(degrees(50), 6);
  });

  it("searches a stranger in the whole gallery", () => {
    expect(scores.nonMated[0]).toMatchObject({ path: "cat-p", topIdentity: "bob" });
    expect(scores.nonMated[0]?.topScore).toBeCloseTo(degrees(10), 6);
  });

  it("counts every gallery image against every stranger, failures too", () => {
    expect(scores.impostors.count).toBe(6);
    expect(scores.impostors.mean).toBeCloseTo((degrees(100) + degrees(40) + degrees(10)) / 3, 6);
  });

  it("misses the probe without a face, and the one with somebody else first", () => {
    const settings = { dataset: "plane", replicates: 10, seed: 1 };
    const result = evaluateIdentification(entries, scores, settings);
    expect(result.rankOneMiss).toMatchObject({ events: 2, trials: 3 });
    expect(result).toMatchObject({ galleryPeople: 2, galleryImages: 3, nonMatedProbes: 2 });
    const csv = new MissList();
    csv.addOpenSet(entries, scores, result);
    const lines = csv.toCsv().trim().split("\n");
    expect(lines[1]).toMatch(/^false-negative,bob-lost,bob-1,,0\.98\d+,,$/);
    expect(lines).toHaveLength(4);
  });

  it("evaluates a list without strangers: no operating point, and no calibration", () => {
    const known = entries.filter((entry) => entry.role !== "nonmated");
    const settings = { dataset: "plane", replicates: 10, seed: 1 };
    const result = evaluateIdentification(known, scoreOpenSet(known, embeddings), settings);
    expect(result.operatingPoints).toEqual([]);
    expect(result.det).toEqual([]);
    expect(result.calibration).toBeNull();
    expect(result.rankOneMiss.events).toBe(2);
  });
});
