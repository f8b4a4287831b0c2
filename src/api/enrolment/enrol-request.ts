import { invalidField } from "../../base/errors.js";
import type { EnrolRequest } from "../../usecases/enrol.js";
import type { EnrolPersonRequest__Output } from "../generated/cordon/v1/EnrolPersonRequest.js";
import { toMs, toPurpose } from "../mapping.js";
import { toProbe } from "../probe.js";
import { toAge } from "./age.js";
import { toLawfulBasis } from "./lawful-basis.js";

/** @throws CordonError INVALID_ARGUMENT for what cannot be read as an enrolment */
export function toEnrolRequest(request: EnrolPersonRequest__Output): EnrolRequest {
  const { galleryIds, displayName, externalReference, requestId, sources } = request;
  return {
    galleryIds,
    purpose: toPurpose(request.purpose, "purpose"),
    displayName,
    externalReference,
    age: toAge(request),
    lawfulBasis: toLawfulBasis(request.lawfulBasis),
    retentionDeadlineMs: toMs(request.retentionDeadline, "retention_deadline"),
    sources: sources.map((source, position) => toProbe(source, `sources[${position}]`)),
    requestId,
    resolution: toResolution(request),
  };
}

/** What the caller says about a likely duplicate; null when nothing is said. */
function toResolution(request: EnrolPersonRequest__Output): EnrolRequest["resolution"] {
  if (request.resolution === "linkToPersonId") {
    return { kind: "link", personId: named(request.linkToPersonId, "link_to_person_id", "person") };
  }
  if (request.resolution === "reviewId") {
    return { kind: "review", reviewId: named(request.reviewId, "review_id", "review") };
  }
  if (!request.confirmDistinct) return null;
  const { personIds, reason } = request.confirmDistinct;
  return { kind: "distinct", personIds, reason };
}

/** An empty one must not pass for none: the caller meant somebody. */
function named(id: string | undefined, field: string, what: string): string {
  if (id) return id;
  throw invalidField(field, `must be the id of a ${what}`);
}
