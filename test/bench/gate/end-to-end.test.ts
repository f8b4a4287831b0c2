import { expect, it } from "vitest";
import { type GateResult, gateSuite, measure } from "../../../bench/gate/suite.js";
import { describeMachine } from "../../../bench/machine.js";

const stderr = { write: () => true };
const { signal } = new AbortController();

it("measures every kind of call on a small world, from the store too", async () => {
  const options = { zones: 30, cameras: 60, rounds: 1, calls: 100, seed: 1, store: true };
  const result: GateResult = await measure(options, { stderr, signal });
  expect(result.scenarios.map(({ name }) => name)).toEqual([
    "fixed camera, permitted",
    "mobile camera, permitted",
    "refused (gallery)",
    "fixed, first after a change",
    "zones of a point",
  ]);
  for (const { quantiles, rounds } of result.scenarios) {
    expect(quantiles.p50).toBeGreaterThan(0);
    expect(quantiles.p99).toBeGreaterThanOrEqual(quantiles.p50);
    expect(rounds).toHaveLength(1);
  }
  expect(result.storeStart?.rounds).toHaveLength(3);
  expect(result.storeStart?.databaseBytes).toBeGreaterThan(0);
});

it("writes a table with the targets beside, JSON and a chart", async () => {
  const args = ["--zones", "10", "--cameras", "20", "--rounds", "1", "--calls", "100"];
  const machine = await describeMachine();
  const context = { machine, command: "bench", outDir: "", stderr, signal };
  const { markdown, json, files } = await gateSuite.run([...args, "--no-store"], context);
  expect(markdown).toMatch(/\| fixed camera, permitted .*at most 5: .*at most 20: /);
  expect(markdown).toMatch(/\| records in memory .*at most 3: /);
  expect(json["scenarios"]).toHaveLength(5);
  expect(files["gate-latency.svg"]).toMatch(/^<svg .*Targets of a decision/s);
});

it("stops when it is told to", async () => {
  const options = { zones: 10, cameras: 20, rounds: 1, calls: 100, seed: 1, store: false };
  const stopped = AbortSignal.abort(new Error("interrupted"));
  await expect(measure(options, { stderr, signal: stopped })).rejects.toThrow("interrupted");
});
