import { describe, expect, it } from "vitest";
import { metricOf } from "../../../bench/process/bench-server.js";
import { parseUsage, usageOf } from "../../../bench/process/usage.js";

describe("parseUsage()", () => {
  it("reads processor time and memory, whatever the process is called", () => {
    const stat = "7 (a) b (node)) S 1 7 7 0 -1 4194304 9 0 0 0 250 150 0 0 20 0 11 0 5";
    const status = "Name:\tnode\nVmRSS:\t    2048 kB\nThreads:\t11\n";
    expect(parseUsage(stat, status)).toEqual({ cpuSeconds: 4, residentBytes: 2_097_152 });
  });

  it("says 0 where a system does not tell", async () => {
    expect(parseUsage("", "")).toEqual({ cpuSeconds: 0, residentBytes: 0 });
    expect(await usageOf(undefined)).toEqual({ cpuSeconds: 0, residentBytes: 0 });
  });
});

describe("metricOf()", () => {
  it("sums the samples of one name over its labels", () => {
    const text = '# HELP a b\na{x="1"} 2\na{x="2"} 3.5\na_total 9\nb 7\n';
    expect(metricOf(text, "a")).toBe(5.5);
    expect(metricOf(text, "b")).toBe(7);
    expect(metricOf(text, "c")).toBeNaN();
  });
});
