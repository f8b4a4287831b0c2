import { count, figure } from "../format.js";
import { markdownTable } from "../markdown.js";
import type { Slope } from "../statistics.js";
import type { SoakResult } from "./suite.js";

/** The result for people. */
export function soakMarkdown(result: SoakResult): string {
  const { options, capacity, offeredPerSecond, answered, late, verdict } = result;
  const failed = Object.entries(result.failures);
  const lines = [
    `# Soak: mixed load, ${count(options.minutes)} min\n`,
    `${figure(offeredPerSecond)} requests a second on schedule, ${options.percent} % of the ${figure(capacity)} found first; 78 embeddings, 20 frames of 640 x 480, 1 enrolment and 1 erasure in a hundred; ${count(options.persons)} persons. ${count(answered)} answered. The clients were late themselves by ${figure(late.p99)} ms at p99.\n`,
    markdownTable(
      ["what", "measured", "verdict"],
      [
        ["resident memory, MiB a minute", slopeText(verdict.resident), held(verdict.memoryHeld)],
        ["heap of the main thread, MiB a minute", slopeText(verdict.heap), ""],
        [
          "p99 of all requests, ms a minute",
          slopeText(verdict.drift),
          Number.isNaN(verdict.drift.slope) ? "too short to tell" : held(verdict.p99Held),
        ],
        [
          "failed, and given up by the client",
          count(failed.reduce((sum, [, times]) => sum + times, 0) + result.givenUp),
          held(verdict.errorsHeld),
        ],
      ],
    ),
    "## Minutes\n",
    markdownTable(
      ["minute", "request", "answered", "p50 ms", "p99 ms", "max ms"],
      result.minutes
        .toSorted((a, b) => a.minute - b.minute || a.operation.localeCompare(b.operation))
        .map(({ minute, operation, latency }) => [
          ...[String(minute), operation, count(latency.count)],
          ...[latency.p50, latency.p99, latency.max].map(figure),
        ]),
    ),
  ];
  if (failed.length > 0) {
    const rows = failed.map(([why, times]) => [why, count(times)]);
    lines.push("## Failures\n", markdownTable(["why", "times"], rows));
  }
  return lines.join("\n");
}

function slopeText({ slope, standardError }: Slope): string {
  return `${figure(slope)} +- ${figure(standardError)}`;
}

function held(holds: boolean): string {
  return holds ? "held" : "DID NOT HOLD";
}
