import type { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.js";
import type { KernelName } from "./kernel/pages.js";
import { type IndexDriverName, indexDriverNames } from "./port.js";

/** Options of graphs, and of the choice between a graph and a scan; each per gallery. */
export interface HnswOptions {
  /** Links per template and layer: recall and memory (8 bytes each) against build time. 2 to 128. */
  readonly m: number;
  /** Candidates weighed per template added: graph quality against build time. 8 to 4,096. */
  readonly efConstruction: number;
  /**
   * Candidates kept while searching, 1 to 65,536: recall against time. Null, the default, measures
   * the least that reaches `recallTarget` with the gallery's own vectors, since what a recall
   * needs grows with the size: 10, which is hnswlib's own default, finds the true best for a third
   * of the probes at 100,000.
   */
  readonly ef: number | null;
  /**
   * Part of the searches whose best is the true best that a graph has to reach, 0.5 to 0.999. A
   * graph that cannot is not searched; the gallery is scanned.
   */
  readonly recallTarget: number;
  /**
   * Part of the real queries that is answered again exactly in idle time, whatever searches them,
   * 0 (none) to 1.
   */
  readonly recallSampleFraction: number;
  /** Templates up to which a gallery is scanned and has no graph. 0 to 1,000,000. */
  readonly fullScanThreshold: number;
  /** Templates in one worker from which `auto` weighs a graph. 0 to 1,000,000. */
  readonly autoThreshold: number;
  /** Templates of the small graph that `auto` tells the cost of a large one from. 256 to 100,000. */
  readonly autoSampleSize: number;
  /** Fraction of erased slots beyond which the graph is built anew in the background. 0.01 to 1. */
  readonly erasedFractionMax: number;
}

export const hnswDefaults: HnswOptions = {
  m: 24,
  efConstruction: 200,
  ef: null,
  recallTarget: 0.99,
  recallSampleFraction: 0.001,
  fullScanThreshold: 2_000,
  autoThreshold: 20_000,
  autoSampleSize: 8_000,
  erasedFractionMax: 0.25,
};

/** What an index holds to. Every limit refuses what exceeds it, and says so. */
export interface IndexLimits {
  /**
   * Queries that wait for a batch and, for itself, changes that wait per worker. When queries fill
   * it, the camera with the most of them is refused.
   */
  readonly queueMax: number;
  /** Queries of one batch: as many as the kernel scans at once. A larger search goes alone. */
  readonly batchQueriesMax: number;
  /**
   * Requests handed to a worker ahead of their turn: enough that it never waits for the host, few
   * enough that most cancelled searches are never begun.
   */
  readonly inFlightMax: number;
  /** Templates in one `add` or `removeTemplates`. */
  readonly addMax: number;
  /** Queries in one `search`. */
  readonly queriesMax: number;
  /** Queries in one `searchRoster`. */
  readonly rosterQueriesMax: number;
  /** Galleries beside the roster. */
  readonly galleriesMax: number;
  /**
   * Also of the roster. The 8-bit rows of all galleries of a worker share 4 GiB: 25 million at 160
   * dimensions.
   */
  readonly templatesPerGalleryMax: number;
  /** Times in a row a worker is replaced that ended before it answered anything. */
  readonly respawnsMax: number;
}

export const limitDefaults: IndexLimits = {
  queueMax: 1_024,
  batchQueriesMax: 64,
  inFlightMax: 4,
  addMax: 4_096,
  queriesMax: 64,
  rosterQueriesMax: 1_024,
  galleriesMax: 10_000,
  templatesPerGalleryMax: 5_000_000,
  respawnsMax: 5,
};

/** What the index tells of its work, for metrics. None may throw. */
export interface IndexEvents {
  /** A batch leaves: its queries, and how long the one that waited longest did, ms. */
  readonly onBatch?: (batch: { readonly queries: number; readonly waitedMs: number }) => void;
  /** A search that a worker's end broke off is asked again. */
  readonly onRetry?: () => void;
}

/** What `createIndex` takes. */
export interface IndexOptions extends Partial<IndexLimits> {
  readonly driver: IndexDriverName;
  /** Floats per vector, 2 to 4,096. */
  readonly dimension: number;
  /** Worker threads, 1 to 256. Every gallery is spread over all of them. */
  readonly workers: number;
  readonly clock: Clock;
  /** What scans, whatever is faster: for measurements. The default is the fastest that is right. */
  readonly kernel?: KernelName;
  /**
   * How long a query waits for others to be searched with, while the workers are busy, ms, 0 to
   * 1,000; 1 by default. With idle workers none waits.
   */
  readonly batchWindowMs?: number;
  readonly events?: IndexEvents;
  readonly hnsw?: Partial<HnswOptions>;
  /**
   * Called when a worker ended, with the galleries that it held a part of. Until the owner calls
   * `reload` for them their searches fail with UNAVAILABLE WORKER_FAILED. Must not throw.
   */
  readonly onWorkerLost?: (galleryIds: readonly string[]) => void;
  /** Starts a worker thread; the default runs the compiled `worker.js` beside this file. */
  readonly spawnWorker?: (data: WorkerSettings) => Worker;
}

/** What a worker is started with. */
export interface WorkerSettings {
  readonly driver: IndexDriverName;
  readonly dimension: number;
  readonly hnsw: HnswOptions;
  readonly kernel: KernelName | null;
}

/** Fills in the defaults. @throws RangeError naming the option that is out of its range */
export function resolveOptions(options: IndexOptions): {
  readonly limits: IndexLimits;
  readonly settings: WorkerSettings;
  readonly windowMs: number;
} {
  const hnsw = { ...hnswDefaults, ...options.hnsw };
  const limits = { ...limitDefaults };
  for (const name of Object.keys(limitDefaults) as (keyof IndexLimits)[]) {
    const value = options[name] ?? limitDefaults[name];
    whole(name, value, 1, Number.MAX_SAFE_INTEGER);
    Object.assign(limits, { [name]: value });
  }
  if (!indexDriverNames.includes(options.driver)) {
    throw new RangeError(`index option driver: ${String(options.driver)} is not a driver`);
  }
  whole("dimension", options.dimension, 2, 4_096);
  whole("workers", options.workers, 1, 256);
  const windowMs = options.batchWindowMs ?? 1;
  between("batchWindowMs", windowMs, 0, 1_000);
  whole("hnsw.m", hnsw.m, 2, 128);
  whole("hnsw.efConstruction", hnsw.efConstruction, 8, 4_096);
  if (hnsw.ef !== null) whole("hnsw.ef", hnsw.ef, 1, 65_536);
  whole("hnsw.fullScanThreshold", hnsw.fullScanThreshold, 0, 1_000_000);
  between("hnsw.recallTarget", hnsw.recallTarget, 0.5, 0.999);
  between("hnsw.recallSampleFraction", hnsw.recallSampleFraction, 0, 1);
  whole("hnsw.autoThreshold", hnsw.autoThreshold, 0, 1_000_000);
  whole("hnsw.autoSampleSize", hnsw.autoSampleSize, 256, 100_000);
  between("hnsw.erasedFractionMax", hnsw.erasedFractionMax, 0.01, 1);
  const { driver, dimension, kernel = null } = options;
  return { limits, settings: { driver, dimension, hnsw, kernel }, windowMs };
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value)) throw new RangeError(`index option ${name}: ${value} is not whole`);
  between(name, value, least, most);
}

function between(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new RangeError(`index option ${name}: ${value} is not within ${least} to ${most}`);
}
