import { invalidField } from "../../base/errors.js";
import { refusalError } from "../../compliance/violation.js";
import type { Purpose } from "../../store/records.js";
import type { Engine } from "../../usecases/engine.js";
import {
  type IdentifiedFace,
  type IdentifyAnswer,
  identify,
  type IdentifyRequest as Query,
} from "../../usecases/identify.js";
import type { Unary } from "../context.js";
import { fromQuality } from "../face.js";
import type { FaceResult } from "../generated/cordon/v1/FaceResult.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyResponse } from "../generated/cordon/v1/IdentifyResponse.js";
import { toMs, toPurpose } from "../mapping.js";
import { toProbe } from "../probe.js";
import { toCameraFix } from "./camera-fix.js";

const TOP_K_MAX = 100;

export function identifyRpc(engine: Engine): Unary<IdentifyRequest__Output, IdentifyResponse> {
  return async (request, { caller, signal }) => {
    const outcome = await identify(engine, toQuery(engine, request), caller, signal);
    if (outcome.refused) throw refusalError(outcome.refusal);
    return toResponse(outcome.answer, engine.vision.info.modelPack);
  };
}

function toQuery(engine: Engine, request: IdentifyRequest__Output): Query {
  if (request.topK > TOP_K_MAX) throw invalidField("top_k", `must be at most ${TOP_K_MAX}`);
  const threshold = request.threshold ?? null;
  if (threshold !== null && !(threshold >= -1 && threshold <= 1)) {
    throw invalidField("threshold", "must be a cosine, from -1 to 1");
  }
  return {
    zoneId: request.zoneId,
    cameraId: request.cameraId,
    galleryId: request.galleryId,
    purpose: purposeOf(engine, request),
    probe: toProbe(request, "probe"),
    captureTimeMs: toMs(request.captureTime, "capture_time"),
    cameraFix: toCameraFix(request.cameraFix),
    topK: request.topK || 1,
    threshold,
  };
}

/** The purpose asked for; the zone's own when the caller leaves it out. */
function purposeOf({ facts }: Engine, { purpose, zoneId }: IdentifyRequest__Output): Purpose {
  const own = purpose === "PURPOSE_UNSPECIFIED" ? facts.zone(zoneId)?.zone.purpose : undefined;
  return own ?? toPurpose(purpose, "purpose");
}

function toResponse(answer: IdentifyAnswer, modelPack: string): IdentifyResponse {
  const { timings } = answer;
  return {
    queryId: answer.queryId,
    faces: answer.faces.map(toFaceResult),
    imageWidth: answer.width,
    imageHeight: answer.height,
    facesDropped: answer.facesDropped,
    timings,
    modelPack,
    threshold: answer.thresholds.match,
    reviewThreshold: answer.thresholds.review,
    galleryPersons: answer.galleryPersons,
  };
}

function toFaceResult(face: IdentifiedFace): FaceResult {
  return {
    box: face.box,
    landmarks: [...face.landmarks],
    quality: fromQuality(face.quality),
    decision: `DECISION_${face.decision}`,
    personId: face.personId ?? "",
    candidates: [...face.candidates],
    reviewReasons: face.reviewReasons.map((reason) => `REVIEW_REASON_${reason}` as const),
  };
}
