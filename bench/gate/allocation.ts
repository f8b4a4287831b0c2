import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "../statistics.js";

/** Calls between two looks at the heap: too few to fill the young generation. */
const CALLS = 2000;
const LOOKS = 25;

/**
 * Bytes that one call allocates on the heap: the median of many looks at a heap that no collection
 * touches in between.
 * @param input makes what a call is given, which is not counted
 */
export function bytesPerCall(
  input: (index: number) => unknown,
  call: (input: unknown) => void,
): number {
  const collect = collector();
  const idle = looks(collect, () => [], call);
  const grown = looks(
    collect,
    (look) => Array.from({ length: CALLS }, (_, index) => input(look * CALLS + index)),
    call,
  );
  return Math.max(0, (median(grown) - median(idle)) / CALLS);
}

function looks(
  collect: () => void,
  inputs: (look: number) => readonly unknown[],
  call: (input: unknown) => void,
): readonly number[] {
  const grown: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const given = inputs(look);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (const one of given) call(one);
    const bytes = process.memoryUsage().heapUsed - before;
    // Less than before: a collection came in between.
    if (bytes >= 0) grown.push(bytes);
  }
  return grown;
}

/** Empties the young generation, whether or not Node was started with --expose-gc. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "minor" }) => void;
  return () => collect({ type: "minor" });
}
