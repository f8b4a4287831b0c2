import { availableParallelism } from "node:os";
import { failureCount, type LoadClient, lateness, recorderOf } from "../load/load-client.js";
import { type Latency, latencyOf } from "../load/recorder.js";
import type { LoadReport, LoadTask, Operation } from "../load/task.js";
import { cameraId } from "../people/world.js";
import { createProgress } from "../progress.js";
import { runLoad, WARM_UP_SECONDS } from "../service/load.js";
import { openSite, type Site } from "../service/site.js";
import { median } from "../statistics.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { keepOneFaced, startBareLoop } from "../vision/bare-loop.js";
import { makeFrames } from "../vision/frames.js";
import { latencyChart, memoryChart } from "./charts.js";
import { deckOf, mix } from "./deck.js";
import { parseSoakOptions, type SoakOptions, soakUsage } from "./options.js";
import { soakMarkdown } from "./report.js";
import { judge, type MemorySample, type MinuteP99, type Verdict } from "./verdict.js";

export interface SoakResult {
  readonly options: SoakOptions;
  /** Requests a second of the mix, found first. */
  readonly capacity: number;
  readonly offeredPerSecond: number;
  readonly memory: readonly MemorySample[];
  /** Of every minute and operation, milliseconds. */
  readonly minutes: readonly {
    readonly minute: number;
    readonly operation: Operation;
    readonly latency: Latency;
  }[];
  readonly late: Latency;
  readonly answered: number;
  readonly failures: LoadReport["failures"];
  readonly givenUp: number;
  readonly verdict: Verdict;
}

/** A mixed load for minutes on end: does memory stay, do answers stay quick, does nothing fail? */
export const soakSuite: Suite = {
  name: "soak",
  summary: "Mixed load for minutes on end: memory, errors, drift of p99.",
  usage: soakUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parseSoakOptions(args), context);
    const { memoryHeld, p99Held, errorsHeld } = result.verdict;
    return {
      markdown: soakMarkdown(result),
      json: { ...result },
      files: { "soak-memory.svg": memoryChart(result), "soak-p99.svg": latencyChart(result) },
      held: memoryHeld && p99Held && errorsHeld,
    };
  },
};

const FRAME_SIZE = { width: 640, height: 480 };
const FRAMES = 16;
const CAPACITY_ROUNDS = 3;
const IN_FLIGHT_PER_CORE = 16;
const SAMPLE_MS = 1_000;

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(options: SoakOptions, context: Context): Promise<SoakResult> {
  const { stderr, signal } = context;
  const frames = await chooseFrames(options.images);
  const site = await openSite({ ...options, frames, stderr, signal });
  try {
    const clients = await Promise.all(
      Array.from({ length: options.clients }, () => site.startClient(cameraId)),
    );
    const capacity = await findCapacity(site, clients, options);
    stderr.write(`capacity: ${Math.round(capacity)} requests a second\n`);
    return await soak(site, clients, capacity, options, context);
  } finally {
    await site.close();
  }
}

async function chooseFrames(images: string | null): Promise<Uint8Array[]> {
  const bare = await startBareLoop(1);
  try {
    return await keepOneFaced(bare, await makeFrames(images, FRAME_SIZE, FRAMES));
  } finally {
    await bare.close();
  }
}

/** What every task of the soak has in common. */
function taskOf(
  { streams }: SoakOptions,
  rest: Pick<LoadTask, "pace" | "seconds" | "windowSeconds">,
): LoadTask {
  return { deck: deckOf(mix), streams, warmUpSeconds: WARM_UP_SECONDS, ...rest };
}

async function findCapacity(
  site: Site,
  clients: readonly LoadClient[],
  options: SoakOptions,
): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < CAPACITY_ROUNDS; round++) {
    const inFlight = IN_FLIGHT_PER_CORE * availableParallelism();
    const pace = { kind: "closed", inFlight } as const;
    const task = taskOf(options, { pace, seconds: options.capacitySeconds, windowSeconds: null });
    rates.push((await runLoad(site, clients, task)).perSecond);
  }
  return median(rates);
}

async function soak(
  site: Site,
  clients: readonly LoadClient[],
  capacity: number,
  options: SoakOptions,
  { stderr, signal }: Context,
): Promise<SoakResult> {
  const { minutes, percent } = options;
  const offeredPerSecond = (capacity * percent) / 100;
  const seconds = minutes * 60;
  const progress = createProgress("seconds under load", seconds, stderr);
  const sampler = sampleMemory(site, signal, () => progress.add());
  const pace = { kind: "open", perSecond: offeredPerSecond, arrivals: "poisson" } as const;
  const task = taskOf(options, { pace, seconds, windowSeconds: 60 });
  const { report } = await runLoad(site, clients, task).finally(() => sampler.stop());
  progress.end();
  const memory = await sampler.samples;
  const queries: MinuteP99[] = Array.from({ length: minutes }, (_, minute) => ({
    ...{ minute: minute + 0.5, p99: recorderOf(report, { window: minute }).quantile(0.99) },
  })).filter(({ p99 }) => Number.isFinite(p99));
  const errors = failureCount(report) + report.givenUp;
  return {
    ...{ options, capacity, offeredPerSecond, memory },
    minutes: report.latencies.map(({ operation, window }) => ({
      ...{ minute: window + 1, operation },
      latency: latencyOf(recorderOf(report, { operation, window })),
    })),
    late: lateness(report),
    ...{ answered: report.answered, failures: report.failures, givenUp: report.givenUp },
    verdict: judge(minutes, memory, queries, errors),
  };
}

/** Looks at the server's memory every second until it is stopped. */
function sampleMemory(site: Site, signal: AbortSignal, onSample: () => void) {
  const stopping = new AbortController();
  const started = performance.now();
  const samples = (async () => {
    const taken: MemorySample[] = [];
    for (let due = 0; !stopping.signal.aborted && !signal.aborted; due += SAMPLE_MS) {
      await pause(started + due - performance.now());
      const minute = (performance.now() - started) / 60_000;
      const { residentBytes } = await site.server.usage();
      const heapBytes = await site.server.metric("nodejs_heap_size_used_bytes");
      taken.push({ minute, residentBytes, heapBytes });
      onSample();
    }
    return taken;
  })();
  // Whoever waits for it hears of it; a run that failed does not wait.
  samples.catch(() => undefined);
  return { samples, stop: () => stopping.abort() };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
