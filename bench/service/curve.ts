import { failureCount, type LoadClient, lateness, recorderOf } from "../load/load-client.js";
import { type Latency, latencyOf } from "../load/recorder.js";
import type { Operation } from "../load/task.js";
import { runLoad, WARM_UP_SECONDS } from "./load.js";
import type { ServiceOptions } from "./options.js";
import type { Site } from "./site.js";

/** Latency at one offered load. */
export interface CurvePoint {
  readonly operation: Operation;
  /** Of the capacity found before. */
  readonly share: number;
  readonly offeredPerSecond: number;
  readonly answeredPerSecond: number;
  /** From when a request was due to its answer, milliseconds. */
  readonly latency: Latency;
  /** How late the clients were themselves, milliseconds. */
  readonly late: Latency;
  readonly failures: number;
  /** Arrivals that the clients gave up, since too many were unanswered. */
  readonly givenUp: number;
}

/** Of the capacity, up to beyond it. */
const SHARES = [0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 1, 1.1];

/** Offers more and more, on schedule, and sees how long answers take. */
export async function measureCurve(
  site: Site,
  clients: readonly LoadClient[],
  operation: Operation,
  capacity: number,
  { seconds, streams, arrivals }: ServiceOptions,
  onPoint: () => void,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const share of SHARES) {
    const perSecond = share * capacity;
    const { report, perSecond: answered } = await runLoad(site, clients, {
      ...{ deck: [operation], pace: { kind: "open", perSecond, arrivals }, streams },
      ...{ warmUpSeconds: WARM_UP_SECONDS, seconds, windowSeconds: null },
    });
    points.push({
      ...{ operation, share, offeredPerSecond: perSecond, answeredPerSecond: answered },
      latency: latencyOf(recorderOf(report)),
      late: lateness(report),
      failures: failureCount(report),
      givenUp: report.givenUp,
    });
    onPoint();
  }
  return points;
}
