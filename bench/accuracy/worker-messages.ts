import type { EngineOptions } from "../../src/vision/options.js";
import type { AcquiredImage } from "./acquired.js";

/** `workerData` of an acquiring worker. */
export interface WorkerSetup {
  readonly modelsDir: string;
  readonly pack: string;
  readonly options: EngineOptions;
}

export interface WorkerRequest {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly image: AcquiredImage }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
