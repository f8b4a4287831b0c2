import { type LoadClient, mergeReports } from "../load/load-client.js";
import type { LoadReport, LoadTask, Operation } from "../load/task.js";
import type { Site } from "./site.js";

/** What one load did, and what it cost. */
export interface Measured {
  readonly perSecond: number;
  readonly report: LoadReport;
  /** Processor time of the server for one answer, microseconds, warm-up and all. */
  readonly serverMicros: number;
  /** The same of the clients. */
  readonly clientMicros: number;
}

/** Before a load counts: connections, compiled code, batches that have found their size. */
export const WARM_UP_SECONDS = 1;

/** Runs one task on several clients at once, the load divided among them. */
export async function runLoad(
  site: Site,
  clients: readonly LoadClient[],
  task: LoadTask,
): Promise<Measured> {
  const before = await site.server.usage();
  const shared = { ...task, pace: shareOf(task.pace, clients.length) };
  const report = mergeReports(await Promise.all(clients.map((client) => client.run(shared))));
  const after = await site.server.usage();
  const share = (seconds: number) => (seconds / Math.max(1, report.sent)) * 1e6;
  return {
    perSecond: report.answered / task.seconds,
    report,
    serverMicros: share(after.cpuSeconds - before.cpuSeconds),
    clientMicros: share(report.cpuSeconds),
  };
}

function shareOf(pace: LoadTask["pace"], clients: number): LoadTask["pace"] {
  if (pace.kind === "open") return { ...pace, perSecond: pace.perSecond / clients };
  return { ...pace, inFlight: Math.max(1, Math.ceil(pace.inFlight / clients)) };
}

/** As much as the server answers. @param streams of each client; 0: unary calls */
export function saturation(
  operation: Operation,
  streams: number,
  inFlight: number,
  seconds: number,
): LoadTask {
  return {
    ...{ deck: [operation], pace: { kind: "closed", inFlight }, streams },
    ...{ warmUpSeconds: WARM_UP_SECONDS, seconds, windowSeconds: null },
  };
}
