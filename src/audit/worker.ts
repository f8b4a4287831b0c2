import { parentPort, workerData } from "node:worker_threads";
import { AuditError } from "./audit-error.js";
import type { Job, JobAnswer } from "./jobs.js";
import { rebuildSidecar } from "./rebuild-sidecar.js";
import { writeSidecar } from "./sidecar.js";
import { verifyAuditDirectory } from "./verify-directory.js";

/** The thread's side: does one job, answers and ends. */
async function work(job: Job): Promise<JobAnswer> {
  try {
    return { ok: true, result: await resultOf(job) };
  } catch (thrown) {
    const code = thrown instanceof AuditError ? thrown.code : null;
    return { ok: false, code, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

async function resultOf(job: Job) {
  switch (job.kind) {
    case "verify":
      return await verifyAuditDirectory(job.directory, { until: job.until });
    case "seal":
      await writeSidecar(job.path, job.content, job.lastHash);
      return null;
    case "rebuild":
      return await rebuildSidecar(job.segment);
  }
}

parentPort?.postMessage(await work(workerData as Job));
