import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import type { HnswOptions } from "../../src/index/options.js";
import { describeFaceIndex } from "../contract/index.js";
import { testClock } from "./permits.js";

function describeHnsw(
  name: string,
  hnsw: Partial<HnswOptions>,
  recallAt1Min: number | null,
  { driver = "hnsw", workers = 2 }: { driver?: "hnsw" | "auto"; workers?: number } = {},
): void {
  describeFaceIndex({
    name,
    create: (dimension) => createIndex({ driver, dimension, workers, clock: testClock, hnsw }),
    settle: (index) => (index as EmbeddedIndex).settle(),
    recallAt1Min,
  });
}

describeHnsw("hnsw", {}, 0.99);
describeHnsw("hnsw without a full-scan threshold", { fullScanThreshold: 0 }, null);
describeHnsw("hnsw, 1 worker", { fullScanThreshold: 0 }, null, { workers: 1 });
describeHnsw("hnsw, 4 workers", { fullScanThreshold: 0 }, null, { workers: 4 });
const eager = { autoThreshold: 0, autoSampleSize: 256 };
describeHnsw("auto, 3 workers", eager, null, { driver: "auto", workers: 3 });
