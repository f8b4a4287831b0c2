import { markdownTable } from "../markdown.js";
import { median } from "../statistics.js";
import type { ScenarioResult } from "./measure.js";
import type { GateResult } from "./suite.js";

/** Longest start, milliseconds. */
export const START_MS_TARGET = 3000;

/** The result for people. */
export function gateMarkdown(result: GateResult): string {
  const { options, vertices } = result;
  const size = `${count(options.zones)} zones of ${count(vertices)} vertices in all, ${count(options.cameras)} cameras`;
  const timings = `${count(options.calls)} calls of each kind in each of ${options.rounds} rounds`;
  return [
    `# The gate over ${size}\n`,
    `Times in microseconds: medians over ${timings}, in turn; each call is timed by itself.\n`,
    markdownTable(
      [
        "call",
        "p50",
        "target",
        "p99",
        "target",
        "p99.9",
        "p99 in each round",
        "heap bytes per call",
      ],
      result.scenarios.map(scenarioRow),
    ),
    `One read of memory that no cache holds took ${Math.round(result.coldReadNs)} ns; a call waits for a dozen or more.\n`,
    `## Start\n`,
    markdownTable(["from", "seconds", "target"], startRows(result)),
  ].join("\n");
}

function scenarioRow(scenario: ScenarioResult): readonly string[] {
  const { quantiles, targets, rounds } = scenario;
  const p99s = rounds.map(({ p99 }) => p99);
  return [
    scenario.name,
    micros(quantiles.p50),
    verdict(quantiles.p50, targets.p50),
    micros(quantiles.p99),
    verdict(quantiles.p99, targets.p99),
    micros(quantiles.p999),
    `${micros(Math.min(...p99s))} to ${micros(Math.max(...p99s))}`,
    count(Math.round(scenario.bytesPerCall)),
  ];
}

function startRows({ fillMs, storeStart }: GateResult): string[][] {
  const rows = [["records in memory", seconds(fillMs), verdict(fillMs, START_MS_TARGET, 1000)]];
  if (storeStart === null) return rows;
  const ms = median(storeStart.rounds);
  const mebibytes = Math.round(storeStart.databaseBytes / 2 ** 20);
  rows.push([
    `the embedded database (${count(mebibytes)} MiB)`,
    seconds(ms),
    verdict(ms, START_MS_TARGET, 1000),
  ]);
  return rows;
}

/** `at most 5: met`; empty without a target. */
function verdict(value: number, target: number | undefined, unit = 1): string {
  if (target === undefined) return "";
  return `at most ${target / unit}: ${value <= target ? "met" : "MISSED"}`;
}

function micros(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
