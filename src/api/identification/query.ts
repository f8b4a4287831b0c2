import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import type { IdentifyRequest as Query } from "../../usecases/identify.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import { toMs } from "../mapping.js";
import { toProbe } from "../probe.js";
import { purposeFor } from "../purpose.js";
import { toCameraFix } from "./camera-fix.js";

const TOP_K_MAX = 100;

/** @throws CordonError INVALID_ARGUMENT naming the field */
export function toQuery(engine: Engine, request: IdentifyRequest__Output): Query {
  const threshold = checkSearch(request, "");
  return {
    zoneId: request.zoneId,
    cameraId: request.cameraId,
    galleryId: request.galleryId,
    purpose: purposeFor(engine, request),
    probe: toProbe(request, "probe"),
    captureTimeMs: toMs(request.captureTime, "capture_time"),
    cameraFix: toCameraFix(request.cameraFix),
    topK: request.topK || 1,
    threshold,
  };
}

/**
 * Checks how a search is asked for. Returns the caller's own threshold, or null.
 * @param prefix path of the message that says it
 * @throws CordonError INVALID_ARGUMENT naming the field
 */
export function checkSearch(
  { topK, threshold = null }: { readonly topK: number; readonly threshold?: number | null },
  prefix: string,
): number | null {
  if (topK > TOP_K_MAX) throw invalidField(`${prefix}top_k`, `must be at most ${TOP_K_MAX}`);
  if (threshold !== null && !(threshold >= -1 && threshold <= 1)) {
    throw invalidField(`${prefix}threshold`, "must be a cosine, from -1 to 1");
  }
  return threshold;
}
