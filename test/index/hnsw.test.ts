import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import type { HnswOptions } from "../../src/index/options.js";
import { describeFaceIndex } from "../contract/index.js";
import { testClock } from "./permits.js";

function describeHnsw(name: string, hnsw: Partial<HnswOptions>, recallAt1Min: number | null): void {
  describeFaceIndex({
    name,
    create: (dimension) =>
      createIndex({ driver: "hnsw", dimension, workers: 2, clock: testClock, hnsw }),
    settle: (index) => (index as EmbeddedIndex).settle(),
    recallAt1Min,
  });
}

describeHnsw("hnsw", {}, 0.99);
describeHnsw("hnsw without a full-scan threshold", { fullScanThreshold: 0 }, null);
