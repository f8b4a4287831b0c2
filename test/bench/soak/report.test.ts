import { expect, it } from "vitest";
import { latencyChart, memoryChart } from "../../../bench/soak/charts.js";
import { parseSoakOptions } from "../../../bench/soak/options.js";
import { soakMarkdown } from "../../../bench/soak/report.js";
import type { SoakResult } from "../../../bench/soak/suite.js";
import { judge } from "../../../bench/soak/verdict.js";

const memory = Array.from({ length: 60 }, (_, second) => ({
  ...{ minute: second / 60, residentBytes: 3e8 + (second % 5) * 1e6, heapBytes: Number.NaN },
}));
const latency = { count: 5, p50: 1, p99: 4, p999: 5, max: 5 };
const result: SoakResult = {
  options: parseSoakOptions(["--minutes", "1"]),
  ...{ capacity: 100, offeredPerSecond: 80, memory, late: latency, answered: 5, givenUp: 1 },
  minutes: [{ minute: 1, operation: "frame", latency }],
  failures: { "frame: UNAVAILABLE WORKER_FAILED": 2 },
  verdict: judge(1, memory, [{ minute: 0.5, p99: 4 }], 3),
};

it("soakMarkdown() tells what did not hold, why, and what a short run cannot tell", () => {
  const markdown = soakMarkdown(result);
  expect(markdown).toMatch(/failed, and given up by the client\s*\|\s*3\s*\|\s*DID NOT HOLD/);
  expect(markdown).toMatch(/frame: UNAVAILABLE WORKER_FAILED\s*\|\s*2/);
  expect(markdown).toContain("too short to tell");
});

it("the charts leave out what the server did not tell", () => {
  expect(memoryChart(result)).not.toContain("NaN");
  expect(latencyChart(result)).toContain("p99 of every minute");
});
