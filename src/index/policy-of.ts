import { autoPolicy } from "./auto-policy.js";
import type { HnswOptions } from "./options.js";
import { exactPolicy, hnswPolicy, type Policy } from "./policy.js";
import type { IndexDriverName } from "./port.js";

/**
 * The policy of a new gallery of this driver.
 * @param hasGraphs false in a worker that was started without the library of graphs
 */
export function policyOf(
  driver: IndexDriverName,
  { fullScanThreshold, autoThreshold, autoSampleSize }: HnswOptions,
  hasGraphs: boolean,
): Policy {
  if (driver === "exact") return exactPolicy();
  if (!hasGraphs) return exactPolicy("this index was started without graphs");
  if (driver === "hnsw") return hnswPolicy(fullScanThreshold);
  return autoPolicy({ threshold: autoThreshold, sampleSize: autoSampleSize });
}
