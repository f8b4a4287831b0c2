import type { EnrolOutcome } from "../../usecases/enrol.js";
import { fromQuality } from "../face.js";
import type { EnrolPersonResponse } from "../generated/cordon/v1/EnrolPersonResponse.js";

export type Enrolled = Extract<EnrolOutcome, { readonly refused: false }>;

export function fromEnrolled({
  personId,
  modelPack,
  templates,
  already,
  mergeId,
}: Enrolled): EnrolPersonResponse {
  return {
    personId,
    templates: templates.map(({ templateId, quality, box }) => ({
      templateId,
      modelPack,
      quality: fromQuality(quality),
      box,
    })),
    alreadyEnrolled: already,
    mergeId,
  };
}
