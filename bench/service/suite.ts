import { availableParallelism } from "node:os";
import { makeFiles } from "../index/files.js";
import { cameraId } from "../people/world.js";
import { createProgress } from "../progress.js";
import { median } from "../statistics.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { keepOneFaced, startBareLoop } from "../vision/bare-loop.js";
import { makeFrames } from "../vision/frames.js";
import { type ChangesResult, measureChanges } from "./changes.js";
import { curveChart } from "./charts.js";
import { type CurvePoint, measureCurve } from "./curve.js";
import { type FairnessResult, measureFairness } from "./fairness.js";
import { parseServiceOptions, type ServiceOptions, serviceUsage } from "./options.js";
import {
  type EmbeddingRates,
  embeddingRound,
  emptySeries,
  type FrameRates,
  frameRound,
  startRawIndex,
} from "./rates.js";
import { serviceMarkdown } from "./report.js";
import { openSite, otherCameraId } from "./site.js";

/** Everything that the service bench measures; null for parts left out. */
export interface ServiceResult {
  readonly options: ServiceOptions;
  readonly modelPack: string;
  readonly suspected: number;
  readonly embeddings: EmbeddingRates | null;
  readonly frames: FrameRates | null;
  readonly curve: readonly CurvePoint[];
  readonly changes: ChangesResult | null;
  readonly fairness: readonly FairnessResult[];
}

/** The real server under the load of real clients, each in a process of its own. */
export const serviceSuite: Suite = {
  name: "service",
  summary: "The real server under load: streams, frames, latency by load, fairness.",
  usage: serviceUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parseServiceOptions(args), context);
    const files: Record<string, string> = {};
    for (const operation of ["embedding", "frame"] as const) {
      const points = result.curve.filter((point) => point.operation === operation);
      if (points.length > 0) files[`service-latency-${operation}s.svg`] = curveChart(points);
    }
    return { markdown: serviceMarkdown(result), json: { ...result }, files };
  },
};

const FRAME_SIZE = { width: 640, height: 480 };
const FRAMES = 16;
const CHANGES = 50;
/** Probes of the index by itself. */
const RAW_PROBES = 1_000;

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(options: ServiceOptions, context: Context): Promise<ServiceResult> {
  const { signal, stderr } = context;
  const bare = await startBareLoop(availableParallelism());
  try {
    const frames = await keepOneFaced(bare, await makeFrames(options.images, FRAME_SIZE, FRAMES));
    const site = await openSite({ ...options, frames, stderr, signal });
    try {
      return await measureAt(site, bare, frames, options, context);
    } finally {
      await site.close();
    }
  } finally {
    await bare.close();
  }
}

async function measureAt(
  site: Awaited<ReturnType<typeof openSite>>,
  bare: Awaited<ReturnType<typeof startBareLoop>>,
  frames: readonly Uint8Array[],
  options: ServiceOptions,
  { stderr, signal }: Context,
): Promise<ServiceResult> {
  const { parts, persons, rounds, seed } = options;
  const clients = await Promise.all(
    Array.from({ length: options.clients }, () => site.startClient(cameraId)),
  );
  const embeddings = { raw: emptySeries(), stream: emptySeries(), unary: emptySeries() };
  const singles = { bare: [], unary: [], stream: [] };
  const faces = { bare: emptySeries(), stream: emptySeries(), unary: emptySeries(), singles };
  // What later parts build on is measured though its own table is not asked for.
  const needsCapacity = parts.includes("curve") || parts.includes("fairness");
  const progress = createProgress("rounds of rates", rounds, stderr);
  const threads = availableParallelism();
  const files = await makeFiles({ persons, probes: RAW_PROBES, seed, threads }, signal);
  try {
    const raw = await startRawIndex(files, site, RAW_PROBES, signal);
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      if (parts.includes("embeddings") || needsCapacity) {
        await embeddingRound(embeddings, raw, site, clients, options);
      }
      if (parts.includes("frames") || needsCapacity) {
        await frameRound(faces, bare, frames, site, clients, options);
      }
      progress.add();
    }
    await raw.close();
  } finally {
    await files.remove();
  }
  progress.end();
  const capacities = [
    ["embedding", embeddings.stream.rates] as const,
    ["frame", faces.stream.rates] as const,
  ];
  const curve: CurvePoint[] = [];
  const fairness: FairnessResult[] = [];
  for (const [operation, rates] of capacities) {
    signal.throwIfAborted();
    const capacity = rates.length === 0 ? 0 : median(rates);
    const note = () => stderr.write(`${operation}s: one more point\n`);
    if (parts.includes("curve")) {
      curve.push(...(await measureCurve(site, clients, operation, capacity, options, note)));
    }
    if (parts.includes("fairness")) {
      const [flooding] = clients;
      const steady = await site.startClient(otherCameraId);
      if (flooding === undefined) continue;
      const args = [site, steady, flooding, operation, capacity, options, note] as const;
      fairness.push(await measureFairness(...args));
    }
  }
  const changing = createProgress("persons enrolled and erased", CHANGES, stderr);
  const changes = parts.includes("changes")
    ? await measureChanges(site, CHANGES, () => changing.add())
    : null;
  return {
    ...{ options, modelPack: site.modelPack, suspected: site.suspected, curve, fairness },
    embeddings: embeddings.raw.rates.length > 0 ? embeddings : null,
    frames: faces.bare.rates.length > 0 ? faces : null,
    changes,
  };
}
