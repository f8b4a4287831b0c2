import { parentPort, workerData } from "node:worker_threads";
import { CordonError } from "../../src/base/errors.js";
import { createEngine, type Engine } from "../../src/vision/engine.js";
import { loadPack } from "../../src/vision/packs/load.js";
import { errorText } from "../errors.js";
import type { AcquiredImage } from "./acquired.js";
import { centralFace } from "./central-face.js";
import type { WorkerReply, WorkerRequest, WorkerSetup } from "./worker-messages.js";

const port = parentPort;
if (port === null) throw new Error("this module runs as a worker thread");
const { modelsDir, pack, options }: WorkerSetup = workerData;
const engine = await createEngine(loadPack(modelsDir, pack), options);

function reply(message: WorkerReply): void {
  port?.postMessage(message);
}

port.on("message", async ({ id, bytes }: WorkerRequest) => {
  try {
    reply({ kind: "done", id, image: await acquire(engine, bytes) });
  } catch (thrown) {
    reply({ kind: "failed", id, message: errorText(thrown) });
  }
});
reply({ kind: "ready" });

/** An image that cannot be used is a failure to acquire; any other failure is the bench's own. */
async function acquire(vision: Engine, bytes: Uint8Array): Promise<AcquiredImage> {
  try {
    const answer = await vision.analyse({ kind: "image", bytes });
    const face = centralFace(answer.faces, answer.width, answer.height);
    return {
      embedding: face?.embedding ?? null,
      faces: answer.faces.length,
      acceptable: face?.quality.acceptable ?? true,
      failure: null,
    };
  } catch (thrown) {
    if (!(thrown instanceof CordonError) || thrown.status !== "INVALID_ARGUMENT") throw thrown;
    return { embedding: null, faces: 0, acceptable: true, failure: thrown.reason };
  }
}
