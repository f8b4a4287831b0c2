import { invalidField } from "../../base/errors.js";
import type { FramePolicy, StreamSettings } from "../../usecases/streams/query-desk.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyStreamSettings__Output } from "../generated/cordon/v1/IdentifyStreamSettings.js";
import { guardRequest } from "../guard.js";
import { toPurpose, wordOf } from "../mapping.js";
import { checkSearch } from "./query.js";

const QUERY_DEADLINE_MS_MAX = 60_000;
const QUERY_DEADLINE_MS_DEFAULT = 10_000;
const IN_FLIGHT_MAX = 256;
const IN_FLIGHT_DEFAULT: Readonly<Record<FramePolicy, number>> = {
  EVERY_FRAME: 16,
  LATEST_FRAME: 1,
};

/** @throws CordonError INVALID_ARGUMENT naming the field */
export function toStreamSettings(settings: IdentifyStreamSettings__Output): StreamSettings {
  guardRequest({ settings });
  checkSearch(settings, "settings.");
  toPurpose(settings.purpose, "settings.purpose");
  const framePolicy = toFramePolicy(settings.framePolicy);
  const { queryDeadlineMs, queriesInFlightMax } = settings;
  requireAtMost("query_deadline_ms", queryDeadlineMs, QUERY_DEADLINE_MS_MAX);
  requireAtMost("queries_in_flight_max", queriesInFlightMax, IN_FLIGHT_MAX);
  return {
    framePolicy,
    queryDeadlineMs: queryDeadlineMs || QUERY_DEADLINE_MS_DEFAULT,
    queriesInFlightMax: queriesInFlightMax || IN_FLIGHT_DEFAULT[framePolicy],
  };
}

/** Unspecified means every frame. */
function toFramePolicy(value: string): FramePolicy {
  const word = wordOf(value, "FRAME_POLICY_") || "EVERY_FRAME";
  if (word === "EVERY_FRAME" || word === "LATEST_FRAME") return word;
  throw invalidField("settings.frame_policy", "must be EVERY_FRAME or LATEST_FRAME");
}

function requireAtMost(field: string, value: number, max: number): void {
  if (value > max) throw invalidField(`settings.${field}`, `must be at most ${max}`);
}

/** Writes what a query leaves empty, by the stream's settings, into the query. */
export function fillIn(
  query: IdentifyRequest__Output,
  settings: IdentifyStreamSettings__Output,
): void {
  query.zoneId ||= settings.zoneId;
  query.cameraId ||= settings.cameraId;
  query.galleryId ||= settings.galleryId;
  query.topK ||= settings.topK;
  if (query.purpose === "PURPOSE_UNSPECIFIED") query.purpose = settings.purpose;
  if (query.threshold === undefined && settings.threshold !== undefined) {
    query.threshold = settings.threshold;
  }
}
