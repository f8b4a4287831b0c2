import { Worker } from "node:worker_threads";
import { abortError } from "../../base/errors.js";
import { workerEntry } from "../../base/worker-entry.js";
import type { DossierFile, DossierFormat } from "../../filing/dossier/render.js";
import type { Dossier } from "../../filing/dossier/schema.js";
import type { TemplateVersion } from "../../filing/dossier/templates/templates.js";

/** Memory of the thread, MiB: what is printed of a dossier is bounded, and takes much less. */
const MEMORY_MIB_MAX = 1_024;

export interface RenderOrder {
  readonly dossier: Dossier;
  readonly formats: readonly DossierFormat[];
  readonly templateVersion: TemplateVersion;
}

export type RenderAnswer =
  | { readonly ok: true; readonly files: readonly DossierFile[] }
  | { readonly ok: false; readonly message: string };

/**
 * Renders a dossier in a thread of its own, which ends with it: Chinese typefaces take seconds, and
 * no query waits for them.
 *
 * @throws CordonError when the signal is aborted; Error for what the rendering throws
 */
export async function renderInThread(
  order: RenderOrder,
  signal: AbortSignal,
): Promise<readonly DossierFile[]> {
  if (signal.aborted) throw abortError(signal);
  const worker = new Worker(workerEntry(import.meta.url, "render-worker.js"), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB_MAX },
  });
  const stop = () => void worker.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const answer = await new Promise<RenderAnswer | null>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => resolve(null));
    });
    if (signal.aborted) throw abortError(signal);
    if (answer?.ok) return answer.files;
    throw new Error(answer?.message ?? "the rendering of a dossier ended without an answer");
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
