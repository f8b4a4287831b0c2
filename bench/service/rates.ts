import { availableParallelism } from "node:os";
import { CANDIDATES_SEARCHED_MIN } from "../../src/decision/decision.js";
import { DIMENSION } from "../gallery/draw.js";
import { ownEntrant } from "../index/catalogue.js";
import { type ContenderHandle, startContender } from "../index/contender-handle.js";
import type { BenchFiles } from "../index/files.js";
import { failureCount, type LoadClient, recorderOf } from "../load/load-client.js";
import { quantileOf } from "../statistics.js";
import type { BareLoop } from "../vision/bare-loop.js";
import { runLoad, saturation } from "./load.js";
import type { ServiceOptions } from "./options.js";
import type { Site } from "./site.js";

/** Something measured in every round. */
export interface RateSeries {
  readonly rates: number[];
  /** Processor time of server and clients for one answer, microseconds; 0 within this process. */
  readonly serverMicros: number[];
  readonly clientMicros: number[];
  failures: number;
}

export function emptySeries(): RateSeries {
  return { rates: [], serverMicros: [], clientMicros: [], failures: 0 };
}

export interface EmbeddingRates {
  /** The index by itself, in a process of its own, asked in batches and one by one. */
  readonly raw: RateSeries;
  readonly stream: RateSeries;
  readonly unary: RateSeries;
}

export interface FrameRates {
  readonly bare: RateSeries;
  readonly stream: RateSeries;
  readonly unary: RateSeries;
  /** Medians of one frame at a time, milliseconds, of each round. */
  readonly singles: {
    readonly bare: number[];
    readonly unary: number[];
    readonly stream: number[];
  };
}

const STEP_MS_MAX = 600_000;
/** Frames under way: enough that no vision thread waits, few enough to be none that is dropped. */
const FRAMES_IN_FLIGHT_PER_CORE = 8;

/** Starts the index by itself over the same persons. */
export function startRawIndex(
  files: BenchFiles,
  site: Pick<Site, "persons">,
  probes: number,
  signal: AbortSignal,
): { readonly handle: ContenderHandle; build(): Promise<unknown> } {
  const entrant = ownEntrant("auto", "default");
  const handle = startContender(
    entrant.command({
      ...{ contender: entrant.contender, persons: site.persons, probes, dimension: DIMENSION },
      ...{ galleryFile: files.galleryFile, probesFile: files.probesFile, scratch: files.folder },
      ...{ threads: availableParallelism(), k: CANDIDATES_SEARCHED_MIN },
    }),
    signal,
  );
  return { handle, build: () => handle.ask<"build">({ do: "build" }, STEP_MS_MAX) };
}

/** One round of embeddings: the index by itself, then through the server. */
export async function embeddingRound(
  rates: EmbeddingRates,
  raw: ContenderHandle,
  site: Site,
  clients: readonly LoadClient[],
  { seconds, streams, inFlight }: ServiceOptions,
): Promise<void> {
  const perStyle: number[] = [];
  for (const setting of ["calls of 64", "calls of 1"]) {
    await raw.ask<"use">({ do: "use", setting }, STEP_MS_MAX);
    const reply = await raw.ask<"throughput">({ do: "throughput", seconds }, STEP_MS_MAX);
    perStyle.push(reply.queries / reply.seconds);
  }
  rates.raw.rates.push(Math.max(...perStyle));
  await through(rates.stream, site, clients, saturation("embedding", streams, inFlight, seconds));
  await through(rates.unary, site, clients, saturation("embedding", 0, inFlight, seconds));
}

/** One round of frames: the models by themselves, then through the server. */
export async function frameRound(
  rates: FrameRates,
  bare: BareLoop,
  frames: readonly Uint8Array[],
  site: Site,
  clients: readonly LoadClient[],
  { seconds, streams, singles }: ServiceOptions,
): Promise<void> {
  rates.bare.rates.push(await bare.saturate(frames, seconds));
  const inFlight = FRAMES_IN_FLIGHT_PER_CORE * availableParallelism();
  await through(rates.stream, site, clients, saturation("frame", streams, inFlight, seconds));
  await through(rates.unary, site, clients, saturation("frame", 0, inFlight, seconds));
  const alone = await bare.single(frames, singles);
  const middle = quantileOf(alone, 0.5);
  rates.singles.bare.push(middle);
  const long = Math.max(1, (singles * middle * 1.5) / 1_000);
  const [client] = clients;
  if (client === undefined) return;
  for (const [kind, ways] of [["unary", 0] as const, ["stream", 1] as const]) {
    const { report } = await runLoad(site, [client], saturation("frame", ways, 1, long));
    rates.singles[kind].push(recorderOf(report).quantile(0.5));
  }
}

async function through(
  series: RateSeries,
  site: Site,
  clients: readonly LoadClient[],
  task: Parameters<typeof runLoad>[2],
): Promise<void> {
  const { perSecond, serverMicros, clientMicros, report } = await runLoad(site, clients, task);
  series.rates.push(perSecond);
  series.serverMicros.push(serverMicros);
  series.clientMicros.push(clientMicros);
  series.failures += failureCount(report);
}
