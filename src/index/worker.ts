import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { createCompare } from "./compare.js";
import { createEngine, type Engine } from "./engine.js";
import { createExactGallery } from "./exact-gallery.js";
import type { GalleryFactory } from "./gallery.js";
import type { Answer, Posted, Reply } from "./messages.js";
import type { WorkerSettings } from "./options.js";
import { createSlab, type Slab } from "./slab.js";

/**
 * The thread's side: takes requests in order, and does background work in slices between them.
 * hnswlib-node is loaded only where it is used. All galleries share one slab.
 */
async function galleryFactory(
  { driver, hnsw }: WorkerSettings,
  slab: Slab,
): Promise<GalleryFactory> {
  if (driver === "exact") return () => createExactGallery(slab);
  const { createHnswGallery } = await import("./hnsw-gallery.js");
  return (wanted) =>
    wanted === "exact" ? createExactGallery(slab) : createHnswGallery(slab, hnsw);
}

function serve(port: MessagePort, engine: Engine): void {
  const settling: number[] = [];
  let scheduled = false;

  function upkeep(): void {
    scheduled = false;
    if (engine.upkeep()) schedule();
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
    if (request.kind === "close") {
      engine.wipe();
      reply(id, null);
      port.close();
      return;
    }
    if (request.kind === "settle") settling.push(id);
    else if (request.kind === "report") reply(id, engine.report());
    else port.postMessage({ id, ...engine.handle(request) } satisfies Reply);
    schedule();
  });
}

if (parentPort === null) throw new Error("worker.js is started as a worker thread");
const settings = workerData as WorkerSettings;
const slab = createSlab(settings.dimension);
serve(parentPort, createEngine(await galleryFactory(settings, slab), createCompare(slab)));
