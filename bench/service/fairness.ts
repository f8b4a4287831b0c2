import { type LoadClient, recorderOf } from "../load/load-client.js";
import type { Operation } from "../load/task.js";
import { runLoad, saturation, WARM_UP_SECONDS } from "./load.js";
import type { ServiceOptions } from "./options.js";
import type { Site } from "./site.js";

/** What a steady camera suffers from one that floods. */
export interface FairnessResult {
  readonly operation: Operation;
  /** The steady camera's requests a second. */
  readonly steadyPerSecond: number;
  /** Its p99 of each round, milliseconds: alone, and beside the flood. */
  readonly aloneP99: readonly number[];
  readonly floodedP99: readonly number[];
  /** Medians likewise. */
  readonly aloneP50: readonly number[];
  readonly floodedP50: readonly number[];
  /** What the flooding camera got answered a second. */
  readonly floodPerSecond: readonly number[];
}

/** The steady camera asks for this share of the capacity. */
const STEADY_SHARE = 0.1;
/** What the flooding camera keeps under way: as much as a stream lets it, and seconds of frames. */
const FLOOD_IN_FLIGHT: Readonly<Record<"frame" | "embedding", number>> = {
  frame: 128,
  embedding: 256,
};
/** The flood begins before the steady camera counts, and ends after it. */
const FLOOD_MORE_SECONDS = 2;

/** Camera B, on schedule, alone and beside camera A, which sends all it can; in turn. */
export async function measureFairness(
  site: Site,
  { steady, flooding }: { readonly steady: LoadClient; readonly flooding: LoadClient },
  operation: "frame" | "embedding",
  capacity: number,
  { rounds, seconds, arrivals }: ServiceOptions,
  onRound: () => void,
): Promise<FairnessResult> {
  const steadyPerSecond = Math.max(1, capacity * STEADY_SHARE);
  const task = {
    ...{ deck: [operation], streams: 1, windowSeconds: null, seconds },
    pace: { kind: "open", perSecond: steadyPerSecond, arrivals } as const,
    warmUpSeconds: WARM_UP_SECONDS,
  };
  const result = {
    ...{ operation, steadyPerSecond, aloneP99: [] as number[], floodedP99: [] as number[] },
    ...{ aloneP50: [] as number[], floodedP50: [] as number[], floodPerSecond: [] as number[] },
  };
  for (let round = 0; round < rounds; round++) {
    const alone = recorderOf((await runLoad(site, [steady], task)).report);
    result.aloneP50.push(alone.quantile(0.5));
    result.aloneP99.push(alone.quantile(0.99));
    const flood = saturation(
      operation,
      1,
      FLOOD_IN_FLIGHT[operation],
      seconds + FLOOD_MORE_SECONDS,
    );
    const [flooded, beside] = await Promise.all([
      runLoad(site, [steady], { ...task, warmUpSeconds: WARM_UP_SECONDS + 1 }),
      runLoad(site, [flooding], flood),
    ]);
    const recorder = recorderOf(flooded.report);
    result.floodedP50.push(recorder.quantile(0.5));
    result.floodedP99.push(recorder.quantile(0.99));
    result.floodPerSecond.push(beside.perSecond);
    onRound();
  }
  return result;
}
