import { describe, expect, it } from "vitest";
import { bootstrapFnir } from "../../../../bench/accuracy/metrics/bootstrap.js";
import {
  type MatedSearch,
  type NonMatedSearch,
  operatingPoint,
} from "../../../../bench/accuracy/metrics/identification.js";
import { seededRandom } from "../../../../bench/random.js";

/** Scores spread evenly; `probesEach` equal ones for each person. */
function population(people: number, probesEach: number) {
  const mated: MatedSearch[] = [];
  const nonMated: NonMatedSearch[] = [];
  for (let person = 0; person < people; person++) {
    const place = (person + 0.5) / people;
    for (let probe = 0; probe < probesEach; probe++) {
      mated.push({ identity: `p${person}`, mateScore: 0.3 + 0.6 * place, otherScore: 0 });
    }
    nonMated.push({ identity: `s${person}`, topScore: 0.5 * place });
  }
  return { mated, nonMated };
}

describe("bootstrapFnir()", () => {
  it("encloses the measured rate", () => {
    const { mated, nonMated } = population(200, 1);
    const targets = [0.01, 0.1];
    const intervals = bootstrapFnir(mated, nonMated, targets, 500, seededRandom(1));
    for (const [index, target] of targets.entries()) {
      const rate = operatingPoint(mated, nonMated, target)?.falseNegatives.rate ?? Number.NaN;
      expect(intervals[index]?.low).toBeLessThan(rate);
      expect(intervals[index]?.high).toBeGreaterThan(rate);
    }
  });

  it("gives the same answer for the same seed, in whatever order the rates are asked", () => {
    const { mated, nonMated } = population(50, 1);
    const [fine, coarse] = bootstrapFnir(mated, nonMated, [0.02, 0.2], 200, seededRandom(7));
    const again = bootstrapFnir(mated, nonMated, [0.2, 0.02], 200, seededRandom(7));
    expect(again).toEqual([coarse, fine]);
  });

  it("does not take more probes of the same people for more evidence", () => {
    const width = (probesEach: number) => {
      const { mated, nonMated } = population(60, probesEach);
      const [interval] = bootstrapFnir(mated, nonMated, [0.1], 400, seededRandom(3));
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    expect(width(10)).toBeCloseTo(width(1), 12);
  });

  it("is the plain rate when nothing can vary", () => {
    const mated = [{ identity: "a", mateScore: 0.9, otherScore: 0.1 }];
    const nonMated = [{ identity: "b", topScore: 0.2 }];
    const intervals = bootstrapFnir(mated, nonMated, [0, 1], 10, seededRandom(1));
    expect(intervals).toEqual([
      { low: 0, high: 0 },
      { low: 0, high: 0 },
    ]);
  });

  it("misses everything in every replicate when no face was found", () => {
    const nothing = Number.NEGATIVE_INFINITY;
    const mated = [{ identity: "a", mateScore: nothing, otherScore: nothing }];
    const nonMated = [{ identity: "b", topScore: nothing }];
    const intervals = bootstrapFnir(mated, nonMated, [1], 10, seededRandom(1));
    expect(intervals).toEqual([{ low: 1, high: 1 }]);
  });

  it("has no answer without probes of either kind", () => {
    const { mated, nonMated } = population(3, 1);
    expect(bootstrapFnir([], nonMated, [0.1], 10, seededRandom(1))).toEqual([null]);
    expect(bootstrapFnir(mated, [], [0.1], 10, seededRandom(1))).toEqual([null]);
  });
});
