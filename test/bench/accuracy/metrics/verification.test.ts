import { describe, expect, it } from "vitest";
import {
  bestThreshold,
  crossValidate,
  type PairScore,
  tarAtFar,
} from "../../../../bench/accuracy/metrics/verification.js";

const failed = Number.NEGATIVE_INFINITY;

function pairs(same: readonly number[], different: readonly number[]): PairScore[] {
  return [
    ...same.map((score) => ({ score, same: true })),
    ...different.map((score) => ({ score, same: false })),
  ];
}

describe("bestThreshold()", () => {
  it("lies half-way across the gap when the classes do not overlap", () => {
    expect(bestThreshold(pairs([0.8, 0.6], [0.2, 0.1])).threshold).toBeCloseTo(0.4, 12);
  });

  it("gives up the fewest pairs when they do", () => {
    // Between 0.3 and 0.5 one different pair is accepted; nowhere is it better.
    const best = bestThreshold(pairs([0.9, 0.8, 0.55, 0.5], [0.6, 0.3, 0.2, 0.1]));
    expect(best.threshold).toBeCloseTo(0.4, 12);
    expect(best.accuracy).toBeCloseTo(7 / 8, 12);
  });

  it("is the strictest of several as good", () => {
    // One error at 0.4 (0.6 accepted) and one at 0.7 (0.5 refused).
    const best = bestThreshold(pairs([0.9, 0.8, 0.5], [0.6, 0.3, 0.2]));
    expect(best.threshold).toBeCloseTo(0.7, 12);
  });

  it("counts a same pair that was not acquired as wrong", () => {
    expect(bestThreshold(pairs([0.9, failed], [0.1, failed])).accuracy).toBe(0.75);
  });

  it("never lies between equal scores", () => {
    const { threshold } = bestThreshold(pairs([0.5, 0.5, 0.9], [0.5, 0.1]));
    expect(threshold).toBeCloseTo(0.3, 12);
  });

  it("accepts everything when there are only same pairs", () => {
    expect(bestThreshold(pairs([0.2, 0.4], [])).threshold).toBeLessThan(0.2);
  });

  it("accepts nothing when there are only different pairs", () => {
    expect(bestThreshold(pairs([], [0.2, 0.4])).threshold).toBeGreaterThan(0.4);
  });

  it("is a number when nothing was acquired", () => {
    expect(bestThreshold(pairs([failed], [failed])).threshold).toBe(-1);
  });
});

describe("crossValidate()", () => {
  it("is perfect, without error, on classes that do not overlap", () => {
    const list = pairs([0.9, 0.8, 0.7, 0.6], [0.1, 0.2, 0.3, 0.0]);
    const result = crossValidate(list, 2);
    expect(result).toMatchObject({ folds: 2, accuracy: 1, standardError: 0 });
  });

  it("chooses each fold's threshold on the other folds only", () => {
    // Fold 1 alone would choose 0.75, which is wrong for the same pair of fold 0.
    const list: PairScore[] = [
      { score: 0.4, same: true, fold: 0 },
      { score: 0.2, same: false, fold: 0 },
      { score: 0.8, same: true, fold: 1 },
      { score: 0.7, same: false, fold: 1 },
    ];
    const result = crossValidate(list);
    // Fold 0 at 0.75: one of two right. Fold 1 at 0.3: one of two right.
    expect(result?.accuracy).toBe(0.5);
    expect(result?.threshold).toBeCloseTo((0.75 + 0.3) / 2, 12);
  });

  it("gives the standard error of the mean over the folds", () => {
    const list: PairScore[] = [
      { score: 0.9, same: true, fold: 0 },
      { score: 0.1, same: false, fold: 0 },
      { score: 0.8, same: true, fold: 1 },
      { score: 0.85, same: false, fold: 1 },
      { score: 0.7, same: true, fold: 2 },
      { score: 0.2, same: false, fold: 2 },
    ];
    // Right: 2/2, 1/2, 1/2. Deviation of (1, 0.5, 0.5) is 0.2887; over sqrt(3): 1/6.
    const result = crossValidate(list);
    expect(result?.accuracy).toBeCloseTo(4 / 6, 12);
    expect(result?.standardError).toBeCloseTo(1 / 6, 12);
  });

  it("counts a same pair that was not acquired as wrong and a different one as right", () => {
    const list = pairs([0.9, failed, 0.8, 0.7], [0.1, 0.2, failed, 0.0]);
    expect(crossValidate(list, 2)?.accuracy).toBeCloseTo(7 / 8, 12);
  });

  it("calls half of a balanced list right when nothing at all was acquired", () => {
    const list = pairs([failed, failed], [failed, failed]);
    expect(crossValidate(list, 2)?.accuracy).toBe(0.5);
  });

  it("has no answer for fewer than two folds", () => {
    expect(crossValidate([])).toBeNull();
    expect(crossValidate([{ score: 0.5, same: true }])).toBeNull();
  });
});

describe("tarAtFar()", () => {
  const list = pairs([0.9, 0.5, 0.35, 0.1], [0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0, 0, 0, 0]);

  it("counts same pairs above the threshold that lets the rate through", () => {
    // One of ten different pairs may pass: the threshold is just above 0.4.
    const row = tarAtFar(list, 0.1);
    expect(row).toMatchObject({ far: 0.1, farObserved: 0.1, tar: 0.5, resolved: true });
  });

  it("says when the rate is finer than the list can show", () => {
    expect(tarAtFar(list, 0.01)).toMatchObject({ farObserved: 0, tar: 0.25, resolved: false });
  });

  it("counts a same pair that was not acquired as rejected, at any rate", () => {
    expect(tarAtFar(pairs([0.9, failed], [0.1, failed]), 1)?.tar).toBe(0.5);
  });

  it("has no answer when a class is missing", () => {
    expect(tarAtFar(pairs([0.5], []), 0.1)).toBeNull();
    expect(tarAtFar(pairs([], [0.5]), 0.1)).toBeNull();
  });
});
