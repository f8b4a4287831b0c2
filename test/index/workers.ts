import { Worker } from "node:worker_threads";
import { workerEntry } from "../../src/base/worker-entry.js";
import type { Request } from "../../src/index/messages.js";
import type { WorkerSettings } from "../../src/index/options.js";

/**
 * A real worker of the index.
 * @param endsAt it ends, without an answer, when it is first asked this
 */
export function startWorker(workerData: WorkerSettings, endsAt?: Request["kind"]): Worker {
  const entry = workerEntry(new URL("../../src/index/x.ts", import.meta.url).href, "worker.js");
  if (endsAt === undefined) return new Worker(entry, { workerData, execArgv: [] });
  const source = `
    const { parentPort } = require("node:worker_threads");
    const listen = parentPort.on.bind(parentPort);
    parentPort.on = (name, listener) =>
      listen(name, (posted) => {
        if (posted.request.kind === ${JSON.stringify(endsAt)}) process.exit(1);
        listener(posted);
      });
    import(${JSON.stringify(entry.href)});
  `;
  return new Worker(source, { eval: true, workerData, execArgv: [] });
}
