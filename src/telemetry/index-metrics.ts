import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const batchQueries = [1, 2, 4, 8, 16, 32, 64, 128];
const waitSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/**
 * The index. `method` is how templates are searched, exact or hnsw. Galleries are named for the
 * largest hundred only: there may be ten thousand.
 */
export function indexMetrics(registers: Registry[]) {
  return {
    indexInfo: new Gauge({
      name: "cordon_index_info",
      help: "Always 1; the driver that was asked for, what scans, and the workers.",
      labelNames: ["driver", "kernel", "workers"],
      registers,
    }),
    indexBatchQueries: new Histogram({
      name: "cordon_index_batch_queries",
      help: "Queries searched at once.",
      buckets: batchQueries,
      registers,
    }),
    indexQueueWaitSeconds: new Histogram({
      name: "cordon_index_queue_wait_seconds",
      help: "How long the query of a batch that waited longest waited for it to leave.",
      buckets: waitSeconds,
      registers,
    }),
    indexGalleries: new Gauge({
      name: "cordon_index_galleries",
      help: "Galleries, by how they are searched; by hnsw when any part of one is.",
      labelNames: ["method"],
      registers,
    }),
    indexTemplates: new Gauge({
      name: "cordon_index_templates",
      help: "Templates in memory, of all galleries and the roster, by how they are searched.",
      labelNames: ["method"],
      registers,
    }),
    indexBytes: new Gauge({
      name: "cordon_index_bytes",
      help: "Memory that they take: rows, vectors, ids and graphs.",
      labelNames: ["method"],
      registers,
    }),
    indexReplayed: new Counter({
      name: "cordon_index_replayed_total",
      help: "Real queries answered again exactly, in idle time.",
      labelNames: ["method"],
      registers,
    }),
    indexRecallAt1: new Gauge({
      name: "cordon_index_recall_at_1",
      help: "Fraction of the latest thousand or two replayed whose best was the true best.",
      labelNames: ["method"],
      registers,
    }),
    galleryTemplates: new Gauge({
      name: "cordon_gallery_templates",
      help: "Templates searchable in a gallery, of the hundred largest.",
      labelNames: ["gallery", "method"],
      registers,
    }),
  };
}
