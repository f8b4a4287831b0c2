import { z } from "zod";
import { choice, integer, real } from "../knob.js";

/** Embeddings to candidates. */
export const index = z
  .strictObject({
    driver: choice(["auto", "exact", "hnsw"], "auto", {
      env: "CORDON_INDEX_DRIVER",
      unit: "name",
      doc: "exact: every template compared, recall 1. hnsw: a graph. auto: the one measured to be quicker, by gallery.",
    }),
    workers: integer(0, 64, 0, {
      env: "CORDON_INDEX_WORKERS",
      unit: "threads",
      doc: "Threads that search; each holds a part of every gallery. 0: one for each core, 8 at most.",
    }),
    queue_max: integer(1, 1_000_000, 4096, {
      env: "CORDON_INDEX_QUEUE_MAX",
      unit: "queries",
      doc: "Queries, and changes for each thread, that wait; beyond it RESOURCE_EXHAUSTED, the camera with most first.",
    }),
    batch_window_ms: real(0, 20, 1, {
      env: "CORDON_INDEX_BATCH_WINDOW_MS",
      unit: "ms",
      doc: "Longest wait of a query for others to be searched with, while all threads are busy.",
    }),
    recall_target: real(0.5, 0.999, 0.99, {
      env: "CORDON_INDEX_RECALL_TARGET",
      unit: "fraction",
      doc: "Queries whose best must be the true best, for a graph to be searched; else every template is compared.",
    }),
    recall_sample_fraction: real(0, 1, 0.001, {
      env: "CORDON_INDEX_RECALL_SAMPLE_FRACTION",
      unit: "fraction",
      doc: "Queries that are answered again exactly in idle time, to watch the recall. Only scores are compared.",
    }),
    snapshot_templates_min: integer(0, 1_000_000_000, 10_000, {
      env: "CORDON_INDEX_SNAPSHOT_TEMPLATES_MIN",
      unit: "templates",
      doc: "From as many on the index is saved, sealed, so that a start is quicker. 0: never.",
    }),
  })
  .prefault({});
