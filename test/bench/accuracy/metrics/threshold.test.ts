import { describe, expect, it } from "vitest";
import {
  allowedErrors,
  countAtOrAbove,
  nextUp,
  sortDescending,
  thresholdAtRate,
} from "../../../../bench/accuracy/metrics/threshold.js";

const failed = Number.NEGATIVE_INFINITY;

describe("thresholdAtRate()", () => {
  const scores = sortDescending([0.1, 0.5, 0.3, 0.2, 0.4]);

  it("accepts exactly as many as the rate allows", () => {
    const limit = thresholdAtRate(scores, 0.4);
    expect(limit?.accepted).toBe(2);
    expect(limit?.threshold).toBeGreaterThan(0.3);
    expect(limit?.threshold).toBeLessThanOrEqual(0.4);
  });

  it("accepts none when the rate allows less than one, and then lies just above the highest", () => {
    const limit = thresholdAtRate(scores, 0.19);
    expect(limit).toEqual({ threshold: nextUp(0.5), accepted: 0 });
  });

  it("keeps ties together on the safe side", () => {
    const tied = sortDescending([0.9, 0.5, 0.5, 0.5]);
    expect(thresholdAtRate(tied, 0.5)).toEqual({ threshold: nextUp(0.5), accepted: 1 });
    expect(thresholdAtRate(tied, 1)?.accepted).toBe(4);
  });

  it("counts failures to acquire in the rate and never accepts one", () => {
    const half = sortDescending([0.4, 0.2, failed, failed]);
    expect(thresholdAtRate(half, 0.25)?.accepted).toBe(1);
    expect(thresholdAtRate(half, 1)).toEqual({ threshold: -Number.MAX_VALUE, accepted: 2 });
  });

  it("has no answer without scores", () => {
    expect(thresholdAtRate(new Float64Array(0), 0.1)).toBeNull();
  });
});

describe("the parts of a threshold", () => {
  it("allowedErrors() is not cut short by rounding", () => {
    expect(allowedErrors(0.003, 1000)).toBe(3);
    expect(allowedErrors(0.1, 30)).toBe(3);
    expect(allowedErrors(0.01, 99)).toBe(0);
    expect(allowedErrors(1, 7)).toBe(7);
  });

  it("nextUp() is the very next double on either side of nought", () => {
    expect(nextUp(1)).toBe(1 + Number.EPSILON);
    expect(nextUp(-1)).toBe(-1 + Number.EPSILON / 2);
    expect(nextUp(0)).toBe(Number.MIN_VALUE);
    expect(nextUp(-Number.MIN_VALUE)).toBe(-0);
    expect(nextUp(failed)).toBe(-Number.MAX_VALUE);
    expect(nextUp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("countAtOrAbove() includes the threshold itself", () => {
    const scores = sortDescending([0.3, 0.2, 0.2, 0.1]);
    expect(countAtOrAbove(scores, 0.2)).toBe(3);
    expect(countAtOrAbove(scores, 0.21)).toBe(1);
    expect(countAtOrAbove(scores, 1)).toBe(0);
    expect(countAtOrAbove(scores, -1)).toBe(4);
  });

  it("sortDescending() refuses NaN", () => {
    expect(() => sortDescending([0.1, Number.NaN])).toThrow(RangeError);
  });
});
