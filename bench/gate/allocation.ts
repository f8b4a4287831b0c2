import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "./quantiles.js";

/** Calls between two looks at the heap: too few to fill the young generation. */
const CALLS = 2000;
const LOOKS = 25;

/**
 * Bytes that one call allocates on the heap: the median of many looks at a heap that no collection
 * touches in between.
 * @param call is given a number that rises by one
 */
export function bytesPerCall(call: (index: number) => void): number {
  const collect = collector();
  const grown: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < CALLS; index++) call(look * CALLS + index);
    const bytes = process.memoryUsage().heapUsed - before;
    // A collection came in between.
    if (bytes >= 0) grown.push(bytes);
  }
  const idle: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    idle.push(process.memoryUsage().heapUsed - before);
  }
  return Math.max(0, (median(grown) - median(idle)) / CALLS);
}

/** Empties the young generation, whether or not Node was started with --expose-gc. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "minor" }) => void;
  return () => collect({ type: "minor" });
}
