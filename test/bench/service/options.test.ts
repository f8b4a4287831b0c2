import { describe, expect, it } from "vitest";
import { curveChart } from "../../../bench/service/charts.js";
import { parseServiceOptions, serviceParts } from "../../../bench/service/options.js";
import { parseSoakOptions } from "../../../bench/soak/options.js";
import { parseVisionOptions } from "../../../bench/vision/options.js";

describe("parseServiceOptions()", () => {
  it("measures every part by default, and parts in their own order", () => {
    expect(parseServiceOptions([]).parts).toEqual(serviceParts);
    const { parts } = parseServiceOptions(["--parts", "curve,embeddings"]);
    expect(parts).toEqual(["embeddings", "curve"]);
  });

  it.each([
    [["--parts", "all"], 'there is no "all"'],
    [["--arrivals", "late"], "poisson or fixed"],
    [["--in-flight", "0"], "--in-flight must be a whole number"],
  ])("says what is wrong with %j", (args, message) => {
    expect(() => parseServiceOptions(args)).toThrow(message);
  });
});

describe("parseVisionOptions()", () => {
  it("reads sizes, and says which is none", () => {
    expect(parseVisionOptions(["--sizes", "640x480"]).sizes).toEqual([{ width: 640, height: 480 }]);
    expect(() => parseVisionOptions(["--sizes", "big"])).toThrow('"big" is no size');
  });
});

describe("parseSoakOptions()", () => {
  it("soaks for ten minutes at four fifths of the capacity unless told otherwise", () => {
    expect(parseSoakOptions([])).toMatchObject({ minutes: 10, percent: 80 });
    expect(() => parseSoakOptions(["--percent", "101"])).toThrow("--percent");
  });
});

describe("curveChart()", () => {
  it("draws the quantiles, and leaves out a load at which nothing was answered", () => {
    const latency = { count: 9, p50: 2, p99: 5, p999: 9, max: 10 };
    const none = { count: 0, p50: Number.NaN, p99: Number.NaN, p999: Number.NaN, max: Number.NaN };
    const point = { operation: "frame", answeredPerSecond: 1, failures: 0, givenUp: 0 } as const;
    const svg = curveChart([
      { ...point, share: 0.5, offeredPerSecond: 10, latency, late: latency },
      { ...point, share: 1, offeredPerSecond: 20, latency: none, late: none },
    ]);
    expect(svg).toContain("p99.9");
    expect(svg).not.toContain("NaN");
  });
});
