import { describe, expect, it } from "vitest";
import {
  detCurve,
  type MatedSearch,
  type NonMatedSearch,
  operatingPoint,
  rankOneMiss,
} from "../../../../bench/accuracy/metrics/identification.js";

const failed = Number.NEGATIVE_INFINITY;

function mated(...scores: [mate: number, other: number][]): MatedSearch[] {
  return scores.map(([mateScore, otherScore], index) => ({
    identity: `person-${index}`,
    mateScore,
    otherScore,
  }));
}

function nonMated(...scores: number[]): NonMatedSearch[] {
  return scores.map((topScore, index) => ({ identity: `stranger-${index}`, topScore }));
}

describe("rankOneMiss()", () => {
  it("counts searches in which somebody else is first", () => {
    const result = rankOneMiss(mated([0.9, 0.3], [0.4, 0.6], [0.8, 0.1], [0.7, 0.2]));
    expect(result).toMatchObject({ events: 1, trials: 4, rate: 0.25 });
  });

  it("counts a tie as a miss", () => {
    expect(rankOneMiss(mated([0.5, 0.5])).events).toBe(1);
  });

  it("counts a probe, or a gallery image, without a face as a miss", () => {
    expect(rankOneMiss(mated([failed, failed], [failed, 0.2])).events).toBe(2);
  });

  it("does not miss in a gallery of one", () => {
    expect(rankOneMiss(mated([-0.2, failed])).events).toBe(0);
  });
});

describe("operatingPoint()", () => {
  const people = mated([0.9, 0.1], [0.45, 0.2], [0.6, 0.7], [0.3, 0.1]);
  const strangers = nonMated(0.5, 0.4, 0.2, 0.1);

  it("misses below the threshold and misses when not first", () => {
    // A quarter may pass: threshold just above 0.4. 0.9 and 0.45 hit; 0.7 is the wrong person.
    const point = operatingPoint(people, strangers, 0.25);
    expect(point?.falsePositives).toMatchObject({ events: 1, trials: 4, rate: 0.25 });
    expect(point?.falseNegatives).toMatchObject({ events: 2, trials: 4, rate: 0.5 });
    expect(point?.threshold).toBeCloseTo(0.4, 12);
  });

  it("never accepts more strangers than asked", () => {
    const point = operatingPoint(people, strangers, 0.24);
    expect(point?.falsePositives.events).toBe(0);
    expect(point?.falseNegatives.rate).toBe(0.75);
  });

  it("counts a stranger without a face as one that raised no alarm", () => {
    const point = operatingPoint(people, nonMated(0.5, failed, failed, failed), 0.25);
    expect(point?.falsePositives).toMatchObject({ events: 1, trials: 4 });
  });

  it("misses everybody when no face was found at all", () => {
    const nobody = mated([failed, failed], [failed, failed]);
    const point = operatingPoint(nobody, nonMated(failed, failed), 1);
    expect(point?.falseNegatives.rate).toBe(1);
    expect(point?.falsePositives.rate).toBe(0);
  });

  it("has no answer without non-mated or without mated probes", () => {
    expect(operatingPoint(people, [], 0.01)).toBeNull();
    expect(operatingPoint([], strangers, 0.01)).toBeNull();
  });
});

describe("detCurve()", () => {
  it("runs from no stranger accepted to all of them", () => {
    const curve = detCurve(mated([0.9, 0], [0.3, 0]), nonMated(0.5, 0.2));
    expect(curve.map(({ fpir, fnir }) => [fpir, fnir])).toEqual([
      [0, 0.5],
      [0.5, 0],
      [1, 0],
    ]);
  });

  it("skips the rates that ties make impossible", () => {
    const curve = detCurve(mated([0.9, 0]), nonMated(0.5, 0.5, 0.1));
    expect(curve.map(({ fpir }) => fpir)).toEqual([0, 2 / 3, 1]);
  });

  it("is empty without probes of either kind", () => {
    expect(detCurve([], nonMated(0.1))).toEqual([]);
    expect(detCurve(mated([0.9, 0]), [])).toEqual([]);
  });
});
