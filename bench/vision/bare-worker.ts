import { parentPort } from "node:worker_threads";
import { createEngine } from "../../src/vision/engine.js";
import { engineDefaults } from "../../src/vision/options.js";
import { loadPack } from "../../src/vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../../src/vision/packs/models-dir.js";
import { yieldToMainThread } from "../../src/vision/yielding.js";

/** What a thread of the bare loop is asked. */
export type BareRequest =
  | { readonly do: "faces"; readonly frames: readonly Uint8Array[] }
  | { readonly do: "saturate"; readonly frames: readonly Uint8Array[]; readonly seconds: number }
  | { readonly do: "single"; readonly frames: readonly Uint8Array[]; readonly times: number };

/** Faces of each frame; frames a second; or milliseconds of each frame. */
export interface BareReply {
  readonly values: number[];
}

const port = parentPort;
if (port === null) throw new Error("this module runs as a worker thread");
// As the server's threads do, so that both give way alike to whatever else runs.
yieldToMainThread();
const engine = await createEngine(loadPack(defaultModelsDir(), defaultPack), engineDefaults);

port.on("message", async (request: BareRequest) => {
  const values = await answer(request);
  port.postMessage({ values } satisfies BareReply);
});
port.postMessage({ values: [] } satisfies BareReply);

async function answer(request: BareRequest): Promise<number[]> {
  switch (request.do) {
    case "faces":
      return each(request.frames, async (bytes) => (await analyse(bytes)).faces.length);
    case "saturate":
      return [await saturate(request.frames, request.seconds)];
    case "single":
      return single(request.frames, request.times);
  }
}

function analyse(bytes: Uint8Array) {
  return engine.analyse({ kind: "image", bytes });
}

async function each(
  frames: readonly Uint8Array[],
  work: (bytes: Uint8Array) => Promise<number>,
): Promise<number[]> {
  const values: number[] = [];
  for (const bytes of frames) values.push(await work(bytes));
  return values;
}

async function saturate(frames: readonly Uint8Array[], seconds: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < seconds * 1_000) {
    await analyse(frames[done % frames.length] as Uint8Array);
    done += 1;
  }
  return done / ((performance.now() - started) / 1_000);
}

async function single(frames: readonly Uint8Array[], times: number): Promise<number[]> {
  const chosen = Array.from({ length: times }, (_, at) => frames[at % frames.length] as Uint8Array);
  return each(chosen, async (bytes) => {
    const started = performance.now();
    await analyse(bytes);
    return performance.now() - started;
  });
}
