import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "../compiled-entry.js";
import { BenchError } from "../errors.js";
import { type Latency, latencyOf, mergeRecorders, type Recorder } from "./recorder.js";
import type { ClientReply, ClientSetup, LoadReport, LoadTask, Operation } from "./task.js";

/** A client process, as the suite sees it. It keeps its connection from task to task. */
export interface LoadClient {
  /** @throws BenchError when the process fails or ends */
  run(task: LoadTask): Promise<LoadReport>;
  close(): Promise<void>;
}

export async function startLoadClient(
  setup: ClientSetup,
  signal: AbortSignal,
): Promise<LoadClient> {
  const entry = fileURLToPath(compiledEntry(import.meta.url, "client-process.js"));
  const child = fork(entry, [JSON.stringify(setup)], { execArgv: [], signal });
  child.on("error", () => undefined);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  async function next(): Promise<ClientReply> {
    const reply = new Promise<ClientReply>((resolve) => child.once("message", resolve));
    const ended = exited.then(() => {
      signal.throwIfAborted();
      throw new BenchError("a client process of the bench ended");
    });
    return Promise.race([reply, ended]);
  }

  await next();
  return {
    async run(task) {
      child.send(task);
      const reply = await next();
      if (reply.kind === "report") return reply.report;
      throw new BenchError(reply.kind === "failed" ? reply.message : "the client lost its thread");
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Several clients' reports as one. */
export function mergeReports(reports: readonly LoadReport[]): LoadReport {
  const failures: Record<string, number> = {};
  for (const report of reports) {
    for (const [why, count] of Object.entries(report.failures)) {
      failures[why] = (failures[why] ?? 0) + count;
    }
  }
  const sum = (pick: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  return {
    answered: sum(({ answered }) => answered),
    sent: sum(({ sent }) => sent),
    givenUp: sum(({ givenUp }) => givenUp),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    failures,
    latencies: reports.flatMap(({ latencies }) => latencies),
    late: mergeRecorders(reports.map(({ late }) => late)).encode(),
  };
}

/** The latencies of a report, of one operation and window or of all. */
export function recorderOf(
  { latencies }: LoadReport,
  only: { readonly operation?: Operation; readonly window?: number } = {},
): Recorder {
  const chosen = latencies.filter(
    ({ operation, window }) =>
      (only.operation === undefined || only.operation === operation) &&
      (only.window === undefined || only.window === window),
  );
  return mergeRecorders(chosen.map(({ histogram }) => histogram));
}

/** How late a client was with its requests. One that was late measured itself. */
export function lateness(report: LoadReport): Latency {
  return latencyOf(mergeRecorders([report.late]));
}

export function failureCount({ failures }: LoadReport): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}
