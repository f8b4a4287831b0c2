import type { CordonErrorInit } from "../base/errors.js";
import { CordonError } from "../base/errors.js";
import type { EngineOptions } from "./options.js";
import type { LoadedPack } from "./packs/load.js";
import type { VisionAnswer, VisionProbe } from "./port.js";

/** What a worker is started with. */
export interface WorkerSetup {
  readonly pack: LoadedPack;
  readonly options: EngineOptions;
  /** One Int32: the id of the job that nobody waits for any more. */
  readonly cancelledJob: SharedArrayBuffer;
}

/** One probe to work on; its bytes are the worker's own, and are zeroed there. */
export interface WorkerRequest {
  readonly id: number;
  readonly probe: VisionProbe;
}

/** A CordonError as plain data. */
export type ErrorData = Omit<CordonErrorInit, "cause"> & { readonly causeText: string };

export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "unfit"; readonly error: ErrorData }
  | { readonly kind: "answer"; readonly id: number; readonly answer: VisionAnswer }
  | { readonly kind: "refused"; readonly id: number; readonly error: ErrorData }
  | { readonly kind: "cancelled"; readonly id: number };

export function errorToData(error: CordonError): ErrorData {
  const { status, reason, message, fields, violations, metadata, retryAfterMs, cause } = error;
  const causeText = cause instanceof Error ? cause.message : "";
  const data = { status, reason, message, fields, violations, metadata, causeText };
  return retryAfterMs === undefined ? data : { ...data, retryAfterMs };
}

export function errorFromData({ causeText, ...init }: ErrorData): CordonError {
  return new CordonError(causeText === "" ? init : { ...init, cause: new Error(causeText) });
}
