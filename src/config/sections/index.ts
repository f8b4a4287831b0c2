import { z } from "zod";
import { choice, integer } from "../knob.js";

/** Embeddings to candidates. */
export const index = z
  .strictObject({
    driver: choice(["exact", "hnsw"], "exact", {
      env: "CORDON_INDEX_DRIVER",
      unit: "name",
      doc: "exact: every template compared, recall 1. hnsw: a graph, quicker on large galleries.",
    }),
    workers: integer(1, 64, 1, {
      env: "CORDON_INDEX_WORKERS",
      unit: "threads",
      doc: "Threads that search. A gallery lives in one of them.",
    }),
    queue_max: integer(1, 1_000_000, 4096, {
      env: "CORDON_INDEX_QUEUE_MAX",
      unit: "calls",
      doc: "Searches and changes waiting for an index thread.",
    }),
  })
  .prefault({});
