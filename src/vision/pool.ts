import "./no-telemetry.js";

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.js";
import { type Permit, requirePermit } from "../base/permit.js";
import { workerEntry } from "../base/worker-entry.js";
import { type CrewLoad, startCrew, type VisionEvent } from "./crew.js";
import type { WorkerSetup } from "./messages.js";
import { type EngineOptions, engineDefaults } from "./options.js";
import type { LoadedPack } from "./packs/load.js";
import type { Vision } from "./port.js";
import type { SpawnWorker } from "./thread.js";

export { type VisionEvent, visionEvents } from "./crew.js";

export interface VisionOptions {
  readonly pack: LoadedPack;
  readonly clock: Clock;
  /** Threads that decode, detect and embed, 0 to 256. 0, the default: one for each core. */
  readonly workers?: number;
  /**
   * Probes that may wait for a thread. Default 256: some seconds' work for one core, which is
   * longer than a camera's deadline. Each waits with its encoded bytes. Cameras take turns, and
   * when no more may wait, the one that has most waiting gives up its newest.
   */
  readonly queueMax?: number;
  /** Longest for one probe, milliseconds; then it fails and its worker is replaced. Default 60 s. */
  readonly jobMsMax?: number;
  readonly engine?: Partial<EngineOptions>;
  /** Told of what is worth counting and, of losses, the cause. Must not throw. */
  readonly onEvent?: (event: VisionEvent, cause?: unknown) => void;
}

/** Vision, and how busy it is. */
export interface VisionPool extends Vision {
  load(): CrewLoad;
}

const queueMaxDefault = 256;
const jobMsMaxDefault = 60_000;

function spawnFor(pack: LoadedPack, options: EngineOptions): SpawnWorker {
  return (cancelledJob) => {
    const workerData: WorkerSetup = { pack, options, cancelledJob };
    return new Worker(workerEntry(import.meta.url, "worker.js"), { workerData });
  };
}

/** Each camera is a flow of its own; enrolments are one together. */
function flowOf({ act, zoneId, cameraId }: Permit): string {
  return act === "enrol" ? "enrol" : `camera/${zoneId}/${cameraId}`;
}

/**
 * Starts the vision workers over a loaded pack.
 *
 * @throws CordonError FAILED_PRECONDITION EXECUTION_PROVIDER_UNAVAILABLE, naming those that are
 *   available, when the execution provider cannot run; MODEL_UNREADABLE
 */
export async function createVision(options: VisionOptions): Promise<VisionPool> {
  const { pack, clock } = options;
  const engine = { ...engineDefaults, ...options.engine };
  const workers = options.workers || availableParallelism();
  const crew = await startCrew({
    workers,
    queueMax: options.queueMax ?? queueMaxDefault,
    jobMsMax: options.jobMsMax ?? jobMsMaxDefault,
    spawn: spawnFor(pack, engine),
    onEvent: options.onEvent ?? (() => undefined),
  });
  return {
    info: {
      modelPack: pack.name,
      dimension: pack.embedder.dimension,
      chipSizePx: pack.embedder.input.sizePx,
      weightsLicence: pack.manifest.licence.weights,
      executionProvider: engine.executionProvider,
      workers,
    },
    load: () => crew.load(),
    async embed(permit, probe, signal) {
      requirePermit(permit, clock.nowMs());
      return await crew.submit(probe, signal, flowOf(permit));
    },
    close: () => crew.close(),
  };
}
