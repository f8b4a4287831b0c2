import { Worker } from "node:worker_threads";
import { invalidField } from "../base/errors.js";
import { workerEntry } from "../base/worker-entry.js";
import { createBatches } from "./batches.js";
import { createLane, type Lane } from "./lane.js";
import { type IndexOptions, resolveOptions, type WorkerSettings } from "./options.js";
import { createPlacement, sizeOf } from "./placement.js";
import { type FaceIndex, galleriesReportedMax } from "./port.js";
import { type Put, reload, type Wants } from "./reload.js";
import { createSearches } from "./searches.js";
import { createSnapshots, type IndexSnapshots } from "./snapshot/snapshots.js";
import { largest, reportOn } from "./status.js";
import { createWrites, type WriteContext } from "./writes.js";

/** The index of this process: galleries in the memory of worker threads. */
export interface EmbeddedIndex extends FaceIndex, IndexSnapshots {
  /**
   * Fills what galleries lost with a worker (`onWorkerLost`) again from the durable truth. Searches
   * of them fail until it resolves, so that nobody is missed by a half-filled gallery; what is
   * added or removed in the meantime wins over what `load` brings.
   * @param load brings every template of these galleries by `put`, in any order; it may leave out
   *   those that are not wanted, whose worker did not end
   * @throws CordonError FAILED_PRECONDITION for a gallery that was not lost; whatever `load`
   *   throws, and then the galleries are lost still
   */
  reload(
    galleryIds: readonly string[],
    load: (put: Put, wants: Wants) => Promise<void>,
  ): Promise<void>;
  /** Galleries of which a part is lost and is not being reloaded. */
  lost(): readonly string[];
  /** Resolves when no background work is left (graphs are built). For benches and tests. */
  settle(): Promise<void>;
}

/**
 * Starts the workers of an index. Every gallery is spread over all of them by its persons.
 *
 * @throws RangeError for an option out of its range; CordonError UNAVAILABLE WORKER_FAILED, with
 *   the cause, when a worker does not start
 */
export async function createIndex(options: IndexOptions): Promise<EmbeddedIndex> {
  const { limits, settings, windowMs } = resolveOptions(options);
  const { dimension, driver, clock, events = {} } = options;
  const spawnWorker = options.spawnWorker ?? startThread;
  const tellLost = (galleryIds: readonly string[]) => {
    process.nextTick(() => options.onWorkerLost?.(galleryIds));
  };
  const lanes: readonly Lane[] = Array.from({ length: options.workers }, () => {
    const onLost = () => tellLost(placement.lose(lane));
    const lane: Lane = createLane({ spawn: () => spawnWorker(settings), limits, onLost });
    return lane;
  });
  const placement = createPlacement(lanes, driver);
  const batches = createBatches({ placement, dimension, limits, windowMs, clock, events });
  const onLost = (galleryId: string) => tellLost([galleryId]);
  const context: WriteContext = { placement, dimension, limits, onLost };

  async function settle(): Promise<void> {
    await Promise.all(lanes.map((lane) => lane.ask({ kind: "settle" })));
  }
  async function close(): Promise<void> {
    await batches.close();
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  try {
    await settle();
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    dimension,
    ...createWrites(context),
    ...createSearches({ placement, batches, dimension, limits, clock }),
    stats(galleryId) {
      const gallery = placement.peek(galleryId);
      if (gallery === undefined) return null;
      const { persons, templates } = sizeOf(gallery);
      return { persons, templates, driver: gallery.driver };
    },
    async report(galleries) {
      const wanted = typeof galleries === "number" ? galleries : galleries.length;
      if (wanted > galleriesReportedMax) {
        throw invalidField("galleries", `must be at most ${galleriesReportedMax}, are ${wanted}`);
      }
      const isCount = typeof galleries === "number";
      return reportOn(placement, isCount ? largest(placement, galleries) : galleries);
    },
    reload: (galleryIds, load) => reload(context, galleryIds, load),
    lost: () => placement.lost(),
    ...createSnapshots({ lanes, placement }),
    settle,
    close,
  };
}

function startThread(workerData: WorkerSettings): Worker {
  const entry = workerEntry(import.meta.url, "worker.js");
  return new Worker(entry, { workerData, name: "cordon-index", execArgv: [] });
}
