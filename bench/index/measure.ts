import { join } from "node:path";
import { BenchError, errorText } from "../errors.js";
import { DIMENSION } from "../gallery/draw.js";
import type { ProgressStream } from "../progress.js";
import { median, quantileOf } from "../statistics.js";
import type { Entrant } from "./catalogue.js";
import { type ContenderHandle, startContender } from "./contender-handle.js";
import type { BenchFiles } from "./files.js";
import { reserveFolder } from "./files.js";
import type { IndexOptions } from "./options.js";
import type { BuildReply, ChurnReply, ContenderSetup, SnapshotReply } from "./protocol.js";
import { type Recall, recallOf, type Truth } from "./truth.js";

/** One way of asking, measured. */
export interface StyleResult {
  readonly setting: string;
  readonly recall: Recall;
  /** Of each round. */
  readonly queriesPerSecond: readonly number[];
  /** Processor time of one query, microseconds; the median of the rounds. */
  readonly cpuMicros: number;
}

/** One entrant at one size. */
export interface EntrantResult {
  readonly name: string;
  readonly isPeer: boolean;
  readonly persons: number;
  /** Why there is no more; null when all was measured. */
  readonly failure: string | null;
  readonly build: BuildReply | null;
  readonly styles: readonly StyleResult[];
  /** One query at a time, microseconds. */
  readonly lone: { readonly p50: number; readonly p99: number; readonly count: number } | null;
  readonly churn: ChurnReply | null;
  readonly snapshot: SnapshotReply | null;
}

export interface Stage {
  readonly options: IndexOptions;
  readonly persons: number;
  readonly files: BenchFiles;
  readonly truth: Truth;
  readonly stderr: ProgressStream;
  readonly signal: AbortSignal;
}

/** Nobody is asked for more than this between two looks at the clock. */
const STEP_MS_MAX = 300_000;
const LONE_QUERIES_PER_ROUND = 500;
const LONE_SECONDS_PER_ROUND = 1;
const CHURN_TIMES = 50;

interface Running {
  readonly entrant: Entrant;
  readonly handle: ContenderHandle;
  build: BuildReply | null;
  failure: string | null;
  readonly styles: { setting: string; recall: Recall; rates: number[]; cpuMicros: number[] }[];
  readonly loneMicros: number[];
  churn: ChurnReply | null;
  snapshot: SnapshotReply | null;
}

/**
 * Builds every entrant, one after another, finds the setting at which each reaches the recall, and
 * then measures all of them in turn, round after round.
 */
export async function measureSize(
  entrants: readonly Entrant[],
  stage: Stage,
): Promise<EntrantResult[]> {
  const running: Running[] = [];
  try {
    for (const entrant of entrants) {
      const one = await start(entrant, stage);
      running.push(one);
      await attempt(one, stage, "build", () => buildAndTune(one, stage));
    }
    for (let round = 0; round < stage.options.rounds; round++) {
      stage.stderr.write(`${stage.persons} persons: round ${round + 1}\n`);
      for (const one of running) await attempt(one, stage, "round", () => oneRound(one, stage));
    }
    for (const one of running) {
      await attempt(one, stage, "churn", async () => {
        const request = { do: "churn", times: CHURN_TIMES } as const;
        one.churn = await one.handle.ask<"churn">(request, STEP_MS_MAX);
      });
    }
    if (stage.options.snapshots) {
      for (const one of running) {
        await attempt(one, stage, "snapshot", async () => {
          one.snapshot = await one.handle.ask<"snapshot">({ do: "snapshot" }, STEP_MS_MAX);
        });
      }
    }
    return running.map((one) => resultOf(one, stage.persons));
  } finally {
    await Promise.all(running.map(({ handle }) => handle.close()));
  }
}

async function start(entrant: Entrant, stage: Stage): Promise<Running> {
  const { options, files, persons, signal } = stage;
  const scratch = join(files.folder, entrant.name.replaceAll(/[^a-z0-9]+/g, "-"));
  await reserveFolder(scratch);
  const setup: ContenderSetup = {
    ...{ contender: entrant.contender, persons, probes: options.probes, dimension: DIMENSION },
    ...{ galleryFile: files.galleryFile, probesFile: files.probesFile },
    ...{ threads: options.threads, scratch, k: 1 },
  };
  const handle = startContender(entrant.command(setup), signal);
  const empty = { build: null, failure: null, styles: [], loneMicros: [] };
  return { entrant, handle, ...empty, churn: null, snapshot: null };
}

/** What fails for one entrant is told of it; the others go on. */
async function attempt(
  one: Running,
  { stderr, signal }: Stage,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  if (one.failure !== null) return;
  signal.throwIfAborted();
  try {
    await work();
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof BenchError)) throw thrown;
    one.failure = `${what}: ${errorText(thrown)}`;
    stderr.write(`${one.entrant.name}: ${one.failure}\n`);
    await one.handle.close();
  }
}

async function buildAndTune(one: Running, stage: Stage): Promise<void> {
  const { options, persons, stderr } = stage;
  const { name, isPeer } = one.entrant;
  stderr.write(`${persons} persons: ${name} is being built\n`);
  const buildMs = options.buildMinutes * 60_000;
  const build = await one.handle.ask<"build">({ do: "build" }, buildMs);
  one.build = build;
  for (const setting of build.settings) {
    await one.handle.ask<"use">({ do: "use", setting }, STEP_MS_MAX);
    const { rows } = await one.handle.ask<"answers">({ do: "answers" }, buildMs);
    const recall = recallOf(rows, stage.truth, stage.files.kinds);
    stderr.write(`  ${name} ${setting}: recall ${recall.all.toFixed(4)}\n`);
    // Of a peer only the first setting counts that is good enough; of its own index, every way.
    if (isPeer) one.styles.splice(0);
    one.styles.push({ setting, recall, rates: [], cpuMicros: [] });
    if (isPeer && recall.all >= options.recall) break;
  }
}

async function oneRound(one: Running, { options }: Stage): Promise<void> {
  const { handle, styles } = one;
  for (const style of styles) {
    await handle.ask<"use">({ do: "use", setting: style.setting }, STEP_MS_MAX);
    const request = { do: "throughput", seconds: options.seconds } as const;
    const measured = await handle.ask<"throughput">(request, STEP_MS_MAX);
    style.rates.push(measured.queries / measured.seconds);
    style.cpuMicros.push((measured.cpuSeconds / measured.queries) * 1e6);
  }
  const { micros } = await handle.ask<"lone">(
    { do: "lone", queriesMax: LONE_QUERIES_PER_ROUND, secondsMax: LONE_SECONDS_PER_ROUND },
    STEP_MS_MAX,
  );
  one.loneMicros.push(...micros);
}

function resultOf(one: Running, persons: number): EntrantResult {
  const { entrant, failure, build, churn, snapshot, loneMicros } = one;
  const measured = one.styles.filter(({ rates }) => rates.length > 0);
  return {
    ...{ name: entrant.name, isPeer: entrant.isPeer, persons, failure, build, churn, snapshot },
    styles: measured.map(({ setting, recall, rates, cpuMicros }) => ({
      ...{ setting, recall, queriesPerSecond: rates, cpuMicros: median(cpuMicros) },
    })),
    lone:
      loneMicros.length === 0
        ? null
        : {
            p50: quantileOf(loneMicros, 0.5),
            p99: quantileOf(loneMicros, 0.99),
            count: loneMicros.length,
          },
  };
}

/** The quickest way of asking that reaches the recall; null when there is none. */
export function bestStyle(result: EntrantResult, recall: number): StyleResult | null {
  const good = result.styles.filter((style) => style.recall.all >= recall);
  return (
    good.toSorted((a, b) => median(b.queriesPerSecond) - median(a.queriesPerSecond))[0] ?? null
  );
}
