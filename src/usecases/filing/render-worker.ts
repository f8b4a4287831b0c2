import { parentPort, workerData } from "node:worker_threads";
import { type DossierFile, renderDossier } from "../../filing/dossier/render.js";
import type { RenderAnswer, RenderOrder } from "./render-thread.js";

/** The thread's side: renders one dossier, answers and ends. */
async function work({ dossier, formats, templateVersion }: RenderOrder): Promise<RenderAnswer> {
  try {
    const files: DossierFile[] = [];
    for (const format of formats) {
      files.push(...(await renderDossier(dossier, format, templateVersion)));
    }
    return { ok: true, files };
  } catch (thrown) {
    return { ok: false, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

parentPort?.postMessage(await work(workerData as RenderOrder));
