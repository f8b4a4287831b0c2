import { describe, expect, it } from "vitest";
import { distributionOf, medianDistribution } from "../../../bench/gate/quantiles.js";

/** 1 to 1000 microseconds, as milliseconds, in falling order. */
const thousand = () => Float64Array.from({ length: 1000 }, (_, at) => (1000 - at) / 1000);

describe("distributionOf()", () => {
  it("gives the durations that so many calls stay within, in microseconds", () => {
    const { quantiles } = distributionOf(thousand());
    expect(quantiles.p50).toBeCloseTo(500, 6);
    expect(quantiles.p99).toBeCloseTo(990, 6);
    expect(quantiles.p999).toBeCloseTo(999, 6);
    expect(quantiles.max).toBeCloseTo(1000, 6);
  });

  it("knows one call only by itself", () => {
    const { quantiles } = distributionOf(Float64Array.of(0.004));
    expect(quantiles).toEqual({ p50: 4, p99: 4, p999: 4, max: 4 });
  });
});

describe("medianDistribution()", () => {
  it("is the median of each figure", () => {
    const doubled = distributionOf(thousand().map((ms) => 2 * ms));
    const tripled = distributionOf(thousand().map((ms) => 3 * ms));
    const { quantiles } = medianDistribution([tripled, distributionOf(thousand()), doubled]);
    expect(quantiles).toEqual(doubled.quantiles);
  });
});
