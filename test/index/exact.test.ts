import { createIndex } from "../../src/index/create-index.js";
import { describeFaceIndex } from "../contract/index.js";
import { testClock } from "./permits.js";

for (const workers of [1, 2, 3, 4]) {
  describeFaceIndex({
    name: `exact, ${workers} workers`,
    create: (dimension) => createIndex({ driver: "exact", dimension, workers, clock: testClock }),
    settle: async () => undefined,
    // The same for any number of workers, and slow to measure.
    recallAt1Min: workers === 2 ? 1 : null,
  });
}
