import { describe, expect, it } from "vitest";
import { percentileInterval, wilsonInterval } from "../../../../bench/accuracy/metrics/interval.js";

describe("wilsonInterval()", () => {
  it("agrees with the published example of 10 in 100", () => {
    const interval = wilsonInterval(10, 100);
    expect(interval?.low).toBeCloseTo(0.0552, 4);
    expect(interval?.high).toBeCloseTo(0.1744, 4);
  });

  it("is not empty at nought events: its end is z^2 / (n + z^2)", () => {
    const interval = wilsonInterval(0, 1000);
    expect(interval?.low).toBe(0);
    expect(interval?.high).toBeCloseTo(3.8415 / 1003.8415, 6);
  });

  it("is the mirror image for all events", () => {
    const none = wilsonInterval(0, 50);
    const all = wilsonInterval(50, 50);
    expect(all?.high).toBe(1);
    expect(all?.low).toBeCloseTo(1 - (none?.high ?? 0), 12);
  });

  it("has no answer without trials", () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe("percentileInterval()", () => {
  it("takes the middle 95 % of 0 to 1000", () => {
    const values = Float64Array.from({ length: 1001 }, (_, index) => 1000 - index);
    expect(percentileInterval(values)).toEqual({ low: 25, high: 975 });
  });

  it("interpolates between ranks", () => {
    const interval = percentileInterval(Float64Array.of(0, 1));
    expect(interval?.low).toBeCloseTo(0.025, 12);
    expect(interval?.high).toBeCloseTo(0.975, 12);
  });

  it("has no answer without values", () => {
    expect(percentileInterval(new Float64Array(0))).toBeNull();
  });
});
