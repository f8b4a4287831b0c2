import type { IdentifiedFace, IdentifyAnswer } from "../../usecases/identify.js";
import { fromQuality } from "../face.js";
import type { FaceResult } from "../generated/cordon/v1/FaceResult.js";
import type { IdentifyResponse } from "../generated/cordon/v1/IdentifyResponse.js";

export function toResponse(answer: IdentifyAnswer, modelPack: string): IdentifyResponse {
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
