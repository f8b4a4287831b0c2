import { refusalError } from "../../compliance/violation.js";
import type { Engine } from "../../usecases/engine.js";
import { enrol } from "../../usecases/enrol.js";
import type { Unary } from "../context.js";
import { fromQuality } from "../face.js";
import type { EnrolPersonRequest__Output } from "../generated/cordon/v1/EnrolPersonRequest.js";
import type { EnrolPersonResponse } from "../generated/cordon/v1/EnrolPersonResponse.js";
import { toMs, toPurpose } from "../mapping.js";
import { toProbe } from "../probe.js";
import { toAge } from "./age.js";
import { toLawfulBasis } from "./lawful-basis.js";

export function enrolPersonRpc(
  engine: Engine,
): Unary<EnrolPersonRequest__Output, EnrolPersonResponse> {
  return async (request, { caller, signal }) => {
    const { displayName, externalReference } = request;
    const outcome = await enrol(
      engine,
      {
        galleryIds: request.galleryIds,
        purpose: toPurpose(request.purpose, "purpose"),
        displayName,
        externalReference,
        age: toAge(request),
        lawfulBasis: toLawfulBasis(request.lawfulBasis),
        retentionDeadlineMs: toMs(request.retentionDeadline, "retention_deadline"),
        sources: request.sources.map((source, position) => toProbe(source, `sources[${position}]`)),
      },
      caller,
      signal,
    );
    if (outcome.refused) throw refusalError(outcome.refusal);
    const { personId, modelPack } = outcome;
    const templates = outcome.templates.map(({ templateId, quality, box }) => ({
      templateId,
      modelPack,
      quality: fromQuality(quality),
      box,
    }));
    return { personId, templates };
  };
}
