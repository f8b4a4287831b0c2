import { createHash } from "node:crypto";
import { invalidField } from "../../base/errors.js";
import type { EnrolRequest } from "../enrol.js";

export const REQUEST_ID_CHARACTERS_MAX = 128;

/** What a request id is kept as: SHA-256 of the caller and the id. Null for none. */
export function requestKeyOf(callerName: string, requestId: string): Uint8Array | null {
  if (requestId === "") return null;
  if (requestId.length > REQUEST_ID_CHARACTERS_MAX) {
    throw invalidField("request_id", `must have at most ${REQUEST_ID_CHARACTERS_MAX} characters`);
  }
  return createHash("sha256").update(`${callerName}\0${requestId}`).digest();
}

/**
 * SHA-256 of the whole request, lower-case hex: whether a request id comes with the same enrolment
 * as before. What was decided about duplicates is no part of it, since that is why one comes again.
 */
export function requestDigestOf(request: EnrolRequest): string {
  if (request.requestId === "") return "";
  const { galleryIds, purpose, displayName, externalReference } = request;
  const { age, lawfulBasis, retentionDeadlineMs } = request;
  const fields = { galleryIds, purpose, displayName, externalReference, age, lawfulBasis };
  const hash = createHash("sha256").update(JSON.stringify({ ...fields, retentionDeadlineMs }));
  for (const source of request.sources) {
    if (source.kind === "embedding") {
      hash.update(`\0embedding\0${source.modelPack}`).update(new Float64Array(source.values));
    } else {
      hash.update(`\0${source.kind}\0`).update(source.bytes);
    }
  }
  return hash.digest("hex");
}

/** The review of a request: its id follows from the caller and the request id. Empty for none. */
export function reviewIdOf({ requestKey }: { readonly requestKey: Uint8Array | null }): string {
  return requestKey === null ? "" : Buffer.from(requestKey).toString("hex").slice(0, 32);
}
