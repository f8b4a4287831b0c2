import { createIndex } from "../../src/index/create-index.js";
import { describeFaceIndex } from "../contract/index.js";
import { testClock } from "./permits.js";

describeFaceIndex({
  name: "exact",
  create: (dimension) => createIndex({ driver: "exact", dimension, workers: 2, clock: testClock }),
  settle: async () => undefined,
  recallAt1Min: 1,
});
