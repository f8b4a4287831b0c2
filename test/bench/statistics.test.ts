import { describe, expect, it } from "vitest";
import { median, quantileOf, slopeOf } from "../../bench/statistics.js";

describe("median()", () => {
  it("takes the middle value, or the mean of the two middle ones", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("refuses nothing", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("quantileOf()", () => {
  it("gives the value that a share does not exceed", () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.5, 0.99, 1].map((share) => quantileOf(values, share))).toEqual([
      1, 1, 3, 5, 5,
    ]);
    expect(quantileOf([], 0.5)).toBeNaN();
  });
});

describe("slopeOf()", () => {
  it("finds the slope of a line, and no error on one without noise", () => {
    const { slope, standardError } = slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 7 })));
    expect(slope).toBeCloseTo(2);
    expect(standardError).toBeCloseTo(0);
  });

  it("agrees with the textbook for residuals that take turns", () => {
    const points = [1, -1, 1, -1, 1, -1].map((residual, x) => ({ x, y: x + residual }));
    // R: summary(lm(c(1,0,3,2,5,4) ~ c(0:5))) gives 0.8286 +- 0.2799
    const { slope, standardError } = slopeOf(points);
    expect(slope).toBeCloseTo(0.8286, 3);
    expect(standardError).toBeCloseTo(0.2799, 3);
  });

  it("is less sure of points that resemble their neighbours", () => {
    const wave = Array.from({ length: 60 }, (_, x) => ({ x, y: Math.sin(x / 10) }));
    const shuffled = wave.map(({ x }) => ({ x, y: Math.sin(((x * 37) % 60) / 10) }));
    expect(slopeOf(wave).standardError).toBeGreaterThan(2 * slopeOf(shuffled).standardError);
  });

  it("refuses fewer than three points", () => {
    expect(() => slopeOf([{ x: 0, y: 0 }])).toThrow(RangeError);
  });
});
