import { parentPort, workerData } from "node:worker_threads";
import { CordonError } from "../base/errors.js";
import { Cancelled, createEngine, type Engine } from "./engine.js";
import { errorToData, type WorkerReply, type WorkerRequest, type WorkerSetup } from "./messages.js";
import type { VisionAnswer } from "./port.js";
import { wipe } from "./raster.js";
import { yieldToMainThread } from "./yielding.js";

/** Runs one engine in its own thread. What it does not expect ends it, and the host starts anew. */
if (parentPort === null) throw new Error("this module runs in a worker thread");
const port = parentPort;
yieldToMainThread();
const setup = workerData as WorkerSetup;
const cancelledJob = new Int32Array(setup.cancelledJob);

function send(reply: WorkerReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(reply, transfer);
}

function sendAnswer(id: number, answer: VisionAnswer): void {
  const embeddings = answer.faces.map(({ embedding }) => embedding.buffer as ArrayBuffer);
  send({ kind: "answer", id, answer }, embeddings);
}

async function work(engine: Engine, { id, probe }: WorkerRequest): Promise<void> {
  const isCancelled = () => Atomics.load(cancelledJob, 0) === id;
  try {
    const answer = await engine.analyse(probe, isCancelled);
    if (!isCancelled()) return sendAnswer(id, answer);
    wipe(...answer.faces.map(({ embedding }) => embedding));
    send({ kind: "cancelled", id });
  } catch (thrown) {
    if (thrown instanceof Cancelled) return send({ kind: "cancelled", id });
    if (!(thrown instanceof CordonError)) throw thrown;
    send({ kind: "refused", id, error: errorToData(thrown) });
  } finally {
    probe.bytes.fill(0);
  }
}

try {
  const engine = await createEngine(setup.pack, setup.options);
  port.on("message", (request: WorkerRequest) => void work(engine, request));
  send({ kind: "ready" });
} catch (thrown) {
  if (!(thrown instanceof CordonError)) throw thrown;
  send({ kind: "unfit", error: errorToData(thrown) });
}
