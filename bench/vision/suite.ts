import { systemClock } from "../../src/base/clock.js";
import { mintPermit } from "../../src/base/permit.js";
import { loadPack } from "../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../src/vision/packs/models-dir.js";
import { createVision, type VisionPool } from "../../src/vision/pool.js";
import type { VisionTimings } from "../../src/vision/port.js";
import { lineChart } from "../chart/line-chart.js";
import { runClosedLoop } from "../load/closed-loop.js";
import { createProgress } from "../progress.js";
import { median } from "../statistics.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { type BareLoop, keepOneFaced, spread, startBareLoop } from "./bare-loop.js";
import { type FrameSize, makeFrames } from "./frames.js";
import { parseVisionOptions, type VisionBenchOptions, visionUsage } from "./options.js";
import { visionMarkdown } from "./report.js";

/** One size of frames, with one face in each. */
export interface SizeResult extends FrameSize {
  readonly frames: number;
  /** Mean size of a frame, bytes. */
  readonly bytes: number;
  /** Faces a second of each round. */
  readonly bareRates: readonly number[];
  readonly poolRates: readonly number[];
  /** Of one frame at a time, milliseconds. */
  readonly bareSingle: { readonly p50: number; readonly p99: number };
  readonly poolSingle: { readonly p50: number; readonly p99: number };
  /** Medians of one frame's stages through the pool, milliseconds. */
  readonly stages: Omit<VisionTimings, "queueMs">;
}

export interface VisionResult {
  readonly options: VisionBenchOptions;
  readonly modelPack: string;
  readonly sizes: readonly SizeResult[];
}

/** From JPEG to embedding: the models alone, and through the pool of the server. */
export const visionSuite: Suite = {
  name: "vision",
  summary: "Frames to embeddings: the models alone on all cores, and through the worker pool.",
  usage: visionUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parseVisionOptions(args), context);
    return {
      markdown: visionMarkdown(result),
      json: { ...result },
      files: { "vision-sizes.svg": sizesChart(result) },
    };
  },
};

/** Frames given to each thread of the pool ahead: it never waits, and few wait for it. */
const FRAMES_AHEAD = 2;
const DAY_MS = 86_400_000;

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(
  options: VisionBenchOptions,
  { stderr, signal }: Context,
): Promise<VisionResult> {
  const bare = await startBareLoop(options.threads);
  const pack = loadPack(defaultModelsDir(), defaultPack);
  const pool = await createVision({ pack, clock: systemClock, workers: options.threads });
  try {
    const sizes: SizeResult[] = [];
    for (const size of options.sizes) {
      const made = await makeFrames(options.images, size, options.frames);
      const frames = await keepOneFaced(bare, made);
      const label = `${size.width}x${size.height}, ${frames.length} of ${made.length} frames`;
      const progress = createProgress(label, options.rounds, stderr);
      const rounds: Round[] = [];
      for (let round = 0; round < options.rounds; round++) {
        signal.throwIfAborted();
        rounds.push(await oneRound(bare, pool, frames, options));
        progress.add();
      }
      progress.end();
      sizes.push(sizeResult(size, frames, rounds));
    }
    return { options, modelPack: pool.info.modelPack, sizes };
  } finally {
    await Promise.all([bare.close(), pool.close()]);
  }
}

interface Round {
  readonly bareRate: number;
  readonly poolRate: number;
  readonly bareSingle: readonly number[];
  readonly poolSingle: readonly number[];
  readonly timings: readonly VisionTimings[];
}

async function oneRound(
  bare: BareLoop,
  pool: VisionPool,
  frames: readonly Uint8Array[],
  { seconds, singles, threads }: VisionBenchOptions,
): Promise<Round> {
  const bareRate = await bare.saturate(frames, seconds);
  const poolRate = await saturatePool(pool, frames, seconds, threads * FRAMES_AHEAD);
  const bareSingle = await bare.single(frames, singles);
  const poolSingle: number[] = [];
  const timings: VisionTimings[] = [];
  for (let at = 0; at < singles; at++) {
    const started = performance.now();
    timings.push((await embed(pool, frames, at)).timings);
    poolSingle.push(performance.now() - started);
  }
  return { bareRate, poolRate, bareSingle, poolSingle, timings };
}

async function saturatePool(
  pool: VisionPool,
  frames: readonly Uint8Array[],
  seconds: number,
  inFlight: number,
): Promise<number> {
  const started = performance.now();
  const sent = await runClosedLoop({
    ...{ inFlight, durationMs: seconds * 1_000 },
    send: (at) => embed(pool, frames, at),
    onAnswer: ({ failure }) => {
      if (failure !== undefined) throw failure;
    },
  });
  return sent / ((performance.now() - started) / 1_000);
}

function embed(pool: VisionPool, frames: readonly Uint8Array[], at: number) {
  const permit = mintPermit({
    ...{ act: "identify", zoneId: "bench", cameraId: "bench", galleryIds: ["bench"] },
    ...{ purpose: "PUBLIC_SAFETY", expiresAtMs: Date.now() + DAY_MS },
  });
  const bytes = frames[at % frames.length] as Uint8Array;
  return pool.embed(permit, { kind: "image", bytes });
}

function sizeResult(
  size: FrameSize,
  frames: readonly Uint8Array[],
  rounds: readonly Round[],
): SizeResult {
  const timings = rounds.flatMap((round) => round.timings);
  const stage = (name: keyof VisionTimings) => median(timings.map((one) => one[name]));
  return {
    ...size,
    frames: frames.length,
    bytes: frames.reduce((sum, { length }) => sum + length, 0) / frames.length,
    bareRates: rounds.map(({ bareRate }) => bareRate),
    poolRates: rounds.map(({ poolRate }) => poolRate),
    bareSingle: spread(rounds.flatMap(({ bareSingle }) => bareSingle)),
    poolSingle: spread(rounds.flatMap(({ poolSingle }) => poolSingle)),
    stages: {
      decodeMs: stage("decodeMs"),
      detectMs: stage("detectMs"),
      alignMs: stage("alignMs"),
      embedMs: stage("embedMs"),
    },
  };
}

function sizesChart({ options, sizes }: VisionResult): string {
  const points = (pick: (size: SizeResult) => readonly number[]) =>
    sizes
      .map((size) => ({ x: (size.width * size.height) / 1e6, y: median(pick(size)) }))
      .toSorted((a, b) => a.x - b.x);
  const bare = points(({ bareRates }) => bareRates);
  const pool = points(({ poolRates }) => poolRates);
  const widest = Math.max(...bare.map(({ x }) => x));
  return lineChart({
    title: "Faces a second by the size of the frame",
    subtitle: `JPEG frames with one face, ${options.threads} threads; medians of ${options.rounds} rounds`,
    x: { label: "Megapixels of a frame", scale: "linear", min: 0, max: widest * 1.05 },
    y: {
      label: "Faces a second",
      scale: "linear",
      min: 0,
      max: 1.1 * Math.max(...[...bare, ...pool].map(({ y }) => y)),
    },
    series: [
      { label: "The models alone", points: bare, dashed: true },
      { label: "Through the worker pool", points: pool },
    ],
  });
}
