import { expect, it } from "vitest";
import {
  failureCount,
  lateness,
  mergeReports,
  recorderOf,
} from "../../../bench/load/load-client.js";
import { createRecorder } from "../../../bench/load/recorder.js";
import type { LoadReport, Operation } from "../../../bench/load/task.js";

function histogram(...milliseconds: number[]): string {
  const recorder = createRecorder();
  for (const time of milliseconds) recorder.record(time);
  return recorder.encode();
}

function report(operation: Operation, window: number, milliseconds: number): LoadReport {
  return {
    ...{ answered: 1, sent: 2, givenUp: 1, cpuSeconds: 0.5 },
    failures: { "frame: UNAVAILABLE": 1 },
    latencies: [{ operation, window, histogram: histogram(milliseconds) }],
    late: histogram(milliseconds / 10),
  };
}

it("mergeReports() adds clients up and keeps windows and operations apart", () => {
  const merged = mergeReports([report("frame", 0, 10), report("embedding", 1, 20)]);
  expect(merged).toMatchObject({ answered: 2, sent: 4, givenUp: 2, cpuSeconds: 1 });
  expect(failureCount(merged)).toBe(2);
  expect(recorderOf(merged).count).toBe(2);
  expect(recorderOf(merged, { window: 1 }).quantile(0.5)).toBeCloseTo(20, 1);
  expect(recorderOf(merged, { operation: "frame" }).quantile(0.5)).toBeCloseTo(10, 1);
  expect(recorderOf(merged, { operation: "enrol" }).count).toBe(0);
  expect(lateness(merged).max).toBeCloseTo(2, 1);
});
