import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/decision/decision.js";
import {
  calibrationProblem,
  cosineForFmr,
  type DecisionPolicy,
  fmrForFpir,
  thresholdsFor,
} from "../../src/decision/thresholds.js";

/** Tables with rising cosines and rates that fall or stay. */
const calibration = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 3000 })), {
    minLength: 2,
    maxLength: 20,
  })
  .map((steps) => {
    let [cosine, rate] = [-0.5, 0];
    const whole = steps.reduce((sum, [step]) => sum + step, 0);
    return steps.map(([step, fall]): [number, number] => {
      cosine += (1.4 * step) / whole;
      rate -= fall / 1000;
      return [cosine, rate];
    });
  })
  .filter((table) => calibrationProblem(table) === null);

const probability = fc.double({ min: 1e-6, max: 0.9, noNaN: true });
const persons = fc.integer({ min: 0, max: 100_000_000 });

const policy: fc.Arbitrary<DecisionPolicy> = fc.record({
  calibration,
  fpirTarget: probability,
  fpirReview: probability,
  fpirDuplicate: fc.constant(0.01),
  galleryPersonsFloor: fc.integer({ min: 1, max: 10_000 }),
});

const EPSILON = 1e-12;

describe("thresholdsFor", () => {
  it("never falls as the gallery grows", () => {
    fc.assert(
      fc.property(policy, persons, persons, (given, a, b) => {
        const fewer = thresholdsFor(given, Math.min(a, b));
        const more = thresholdsFor(given, Math.max(a, b));
        expect(more.match).toBeGreaterThanOrEqual(fewer.match - EPSILON);
        expect(more.review).toBeGreaterThanOrEqual(fewer.review - EPSILON);
      }),
    );
  });

  it("never falls as the target gets stricter", () => {
    fc.assert(
      fc.property(policy, probability, persons, (given, other, count) => {
        const [strict, loose] = [
          Math.min(given.fpirTarget, other),
          Math.max(given.fpirTarget, other),
        ];
        const high = thresholdsFor({ ...given, fpirTarget: strict }, count).match;
        const low = thresholdsFor({ ...given, fpirTarget: loose }, count).match;
        expect(high).toBeGreaterThanOrEqual(low - EPSILON);
      }),
    );
  });

  it("is never below policy, whatever the caller asks for, and review is never above match", () => {
    const asked = fc.oneof(fc.double(), fc.constant(null));
    fc.assert(
      fc.property(policy, persons, asked, (given, count, requested) => {
        const own = thresholdsFor(given, count);
        const { match, review } = thresholdsFor(given, count, requested);
        expect(match).toBeGreaterThanOrEqual(own.match);
        expect(review).toBe(own.review);
        expect(review).toBeLessThanOrEqual(match);
        expect(match).toBeLessThanOrEqual(1);
        if (requested !== null && requested > own.match && requested <= 1) {
          expect(match).toBe(requested);
        }
      }),
    );
  });
});

it("cosineForFmr never falls as the rate falls", () => {
  const rate = fc.double({ min: -40, max: 0, noNaN: true });
  fc.assert(
    fc.property(calibration, rate, rate, (table, a, b) => {
      const loose = cosineForFmr(table, Math.max(a, b));
      expect(cosineForFmr(table, Math.min(a, b))).toBeGreaterThanOrEqual(loose - EPSILON);
    }),
  );
});

it("fmrForFpir meets the target exactly when N comparisons are made", () => {
  fc.assert(
    fc.property(probability, fc.integer({ min: 1, max: 1000 }), (fpir, count) => {
      const missed = (1 - fmrForFpir(fpir, count)) ** count;
      expect(1 - missed).toBeCloseTo(fpir, 9);
    }),
  );
});

describe("decide", () => {
  const candidate = fc.record({
    personId: fc.constantFrom("a", "b", "c", "d", "e"),
    score: fc.double({ min: -1, max: 1, noNaN: true }),
  });
  const candidates = fc.array(candidate, { maxLength: 8 });
  const thresholds = fc
    .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([match, gap]) => ({ match, review: match - gap }));
  const options = fc.record({
    topK: fc.integer({ min: 1, max: 10 }),
    rivalMargin: fc.double({ min: 0, max: 2, noNaN: true }),
  });

  it("matches only the fit, clear and sufficient, and does not mind the order", () => {
    fc.assert(
      fc.property(candidates, fc.boolean(), thresholds, options, (found, fit, limits, given) => {
        const verdict = decide(found, fit, limits, given);
        expect(decide([...found].reverse(), fit, limits, given)).toEqual(verdict);
        const best = Math.max(-Infinity, ...found.map(({ score }) => score));
        expect(verdict.decision === "NO_MATCH").toBe(best < limits.review);
        expect(verdict.decision === "REVIEW").toBe(verdict.reviewReasons.length > 0);
        expect(verdict.personId === null).toBe(verdict.decision !== "MATCH");
        if (verdict.decision === "MATCH") {
          expect(fit).toBe(true);
          expect(best).toBeGreaterThanOrEqual(limits.match);
          const rivals = found.filter(
            ({ personId, score }) => personId !== verdict.personId && score >= limits.match,
          );
          for (const { score } of rivals) {
            expect(best - score).toBeGreaterThanOrEqual(given.rivalMargin);
            expect(best).toBeGreaterThan(score);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("lists each person once, best first, above the review threshold, at most topK", () => {
    fc.assert(
      fc.property(candidates, thresholds, options, (found, limits, given) => {
        const listed = decide(found, true, limits, given).candidates;
        const scores = listed.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(new Set(listed.map(({ personId }) => personId)).size).toBe(listed.length);
        expect(listed.length).toBeLessThanOrEqual(given.topK);
        for (const score of scores) expect(score).toBeGreaterThanOrEqual(limits.review);
      }),
    );
  });
});
