import { createProgress } from "../progress.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { latencyChart } from "./latency-chart.js";
import { measureScenarios, type ScenarioResult } from "./measure.js";
import { coldReadNs } from "./memory.js";
import { type GateOptions, gateUsage, parseGateOptions } from "./options.js";
import { gateMarkdown } from "./report.js";
import { scenariosOf } from "./scenarios.js";
import { measureStoreStart, type StoreStart } from "./store-start.js";
import { buildWorld } from "./world.js";

/** Everything that the gate bench measures. */
export interface GateResult {
  readonly options: GateOptions;
  readonly vertices: number;
  /** Time to put every record into the fact base, milliseconds. */
  readonly fillMs: number;
  readonly scenarios: readonly ScenarioResult[];
  /** What most of a decision waits for: one read of memory, nanoseconds. */
  readonly coldReadNs: number;
  /** Null when it was left out. */
  readonly storeStart: StoreStart | null;
}

/** Times to start from the store; each reads the whole database. */
const START_ROUNDS = 3;

/** The gate's decisions over many zones and cameras, all lawful: time, allocation, start. */
export const gateSuite: Suite = {
  name: "gate",
  summary: "Decisions of the compliance gate: latency, allocation, zones of a point, start.",
  usage: gateUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parseGateOptions(args), context);
    return {
      markdown: gateMarkdown(result),
      json: { ...result },
      files: { "gate-latency.svg": latencyChart(result) },
    };
  },
};

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(options: GateOptions, context: Context): Promise<GateResult> {
  const { stderr, signal } = context;
  const making = createProgress("zones", options.zones, stderr);
  const world = buildWorld(options, () => making.add());
  making.end();
  const scenarios = scenariosOf(world);
  const timing = createProgress("timings", scenarios.length * (options.rounds + 1), stderr);
  const measured = measureScenarios(scenarios, options, timing, signal);
  timing.end();
  const { vertices, fillMs } = world;
  let storeStart: StoreStart | null = null;
  if (options.store) {
    const filling = createProgress("zones stored", options.zones, stderr);
    storeStart = await measureStoreStart(options, START_ROUNDS, filling, signal);
    filling.end();
  }
  return {
    options,
    vertices,
    fillMs,
    scenarios: measured,
    coldReadNs: coldReadNs(),
    storeStart,
  };
}
