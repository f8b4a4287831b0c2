import { availableParallelism } from "node:os";
import { makeFiles } from "../index/files.js";
import type { LoadClient } from "../load/load-client.js";
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
import { openSite, otherCameraId, type Site } from "./site.js";

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

type Bare = Awaited<ReturnType<typeof startBareLoop>>;

async function measureAt(
  site: Site,
  bare: Bare,
  frames: readonly Uint8Array[],
  options: ServiceOptions,
  context: Context,
): Promise<ServiceResult> {
  const { parts } = options;
  const { stderr, signal } = context;
  const clients = await Promise.all(
    Array.from({ length: options.clients }, () => site.startClient(cameraId)),
  );
  const rates = await measureRates(site, bare, frames, clients, options, context);
  const steady = await site.startClient(otherCameraId);
  const curve: CurvePoint[] = [];
  const fairness: FairnessResult[] = [];
  for (const operation of ["embedding", "frame"] as const) {
    signal.throwIfAborted();
    const found = (operation === "embedding" ? rates.embeddings : rates.frames).stream.rates;
    const capacity = found.length === 0 ? 0 : median(found);
    const note = () => stderr.write(`${operation}s: one more point\n`);
    if (parts.includes("curve")) {
      curve.push(...(await measureCurve(site, clients, operation, capacity, options, note)));
    }
    const [flooding] = clients;
    if (parts.includes("fairness") && flooding !== undefined) {
      const cameras = { steady, flooding };
      fairness.push(await measureFairness(site, cameras, operation, capacity, options, note));
    }
  }
  const changing = createProgress("persons enrolled and erased", CHANGES, stderr);
  const changes = parts.includes("changes")
    ? await measureChanges(site, CHANGES, () => changing.add())
    : null;
  return {
    ...{ options, modelPack: site.modelPack, suspected: site.suspected, curve, fairness, changes },
    embeddings: rates.embeddings.raw.rates.length > 0 ? rates.embeddings : null,
    frames: rates.frames.bare.rates.length > 0 ? rates.frames : null,
  };
}

/** Every rate and its bound, round after round. */
async function measureRates(
  site: Site,
  bare: Bare,
  frames: readonly Uint8Array[],
  clients: readonly LoadClient[],
  options: ServiceOptions,
  { stderr, signal }: Context,
): Promise<{ readonly embeddings: EmbeddingRates; readonly frames: FrameRates }> {
  const { parts, persons, rounds, seed } = options;
  const embeddings = { raw: emptySeries(), stream: emptySeries(), unary: emptySeries() };
  const singles = { bare: [], unary: [], stream: [] };
  const faces = { bare: emptySeries(), stream: emptySeries(), unary: emptySeries(), singles };
  // The curve and fairness are told as shares of what is found here.
  const both = parts.includes("curve") || parts.includes("fairness");
  const progress = createProgress("rounds of rates", rounds, stderr);
  const threads = availableParallelism();
  const files = await makeFiles({ persons, probes: RAW_PROBES, seed, threads }, signal);
  const raw = startRawIndex(files, site, RAW_PROBES, signal);
  try {
    await raw.build();
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      if (both || parts.includes("embeddings")) {
        await embeddingRound(embeddings, raw.handle, site, clients, options);
      }
      if (both || parts.includes("frames")) {
        await frameRound(faces, bare, frames, site, clients, options);
      }
      progress.add();
    }
  } finally {
    await raw.handle.close();
    await files.remove();
  }
  progress.end();
  return { embeddings, frames: faces };
}
