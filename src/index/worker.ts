import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type Compare, createCompare } from "./compare.js";
import { createEngine } from "./engine.js";
import type { GalleryFactory } from "./gallery.js";
import type { Answer, Posted, Reply } from "./messages.js";
import { machineMeter } from "./meter.js";
import type { WorkerSettings } from "./options.js";
import { createGallery } from "./shard-gallery.js";
import { createSlab, type Slab } from "./slab.js";
import { summarise } from "./status.js";

/** What this worker makes galleries with. */
interface Workshop {
  readonly createGallery: GalleryFactory;
  readonly compare: Compare;
  /** What scans. */
  readonly slab: Slab;
}

/**
 * The thread's side: takes requests in order, and does background work in slices between them.
 * hnswlib-node is loaded only where it is used. All galleries share one slab.
 */
async function openWorkshop({
  driver,
  dimension,
  hnsw: options,
  kernel,
}: WorkerSettings): Promise<Workshop> {
  const slab = createSlab(dimension, kernel ?? undefined);
  const library = driver === "exact" ? null : (await import("./graph.js")).graphLibrary;
  const tools = { slab, options, library, meter: machineMeter };
  return {
    createGallery: (wanted) => createGallery(tools, wanted),
    compare: createCompare(slab),
    slab,
  };
}

function serve(port: MessagePort, { createGallery, compare, slab }: Workshop): void {
  const engine = createEngine(createGallery, compare);
  const settling: number[] = [];
  let scheduled = false;
  /** No request came since the last slice, so none waits. */
  let isIdle = true;

  function upkeep(): void {
    scheduled = false;
    const hasMore = engine.upkeep(isIdle);
    isIdle = true;
    if (hasMore) schedule();
    else for (const id of settling.splice(0)) reply(id, null);
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(upkeep);
  }

  function reply(id: number, answer: Answer): void {
    port.postMessage({ id, answer } satisfies Reply);
  }

  port.on("message", ({ id, request }: Posted) => {
    isIdle = false;
    if (request.kind === "close") {
      engine.wipe();
      reply(id, null);
      port.close();
      return;
    }
    if (request.kind === "settle") settling.push(id);
    else if (request.kind === "save") engine.save(request.file, (saved) => reply(id, saved));
    else if (request.kind === "open") reply(id, engine.open(request.file, request.drivers));
    else if (request.kind === "report") {
      reply(id, summarise(slab, engine.report(), request.shards));
    } else port.postMessage({ id, ...engine.handle(request) } satisfies Reply);
    schedule();
  });
}

if (parentPort === null) throw new Error("worker.js is started as a worker thread");
serve(parentPort, await openWorkshop(workerData as WorkerSettings));
