import { createHash } from "node:crypto";
import { invalidField } from "../../base/errors.js";
import { sha256 } from "../../base/sha256.js";
import type { EnrolRequest } from "../enrol.js";
import type { EmbeddingProbe } from "../probe.js";

export const REQUEST_ID_CHARACTERS_MAX = 128;

/** What a request id is kept as: SHA-256 of the caller and the id. Null for none. */
export function requestKeyOf(callerName: string, requestId: string): Uint8Array | null {
  if (requestId === "") return null;
  if (requestId.length > REQUEST_ID_CHARACTERS_MAX) {
    throw invalidField("request_id", `must have at most ${REQUEST_ID_CHARACTERS_MAX} characters`);
  }
  return sha256(`${callerName}\0${requestId}`);
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
  const text = JSON.stringify({ ...fields, retentionDeadlineMs });
  const [only] = request.sources;
  if (only?.kind === "embedding" && request.sources.length === 1) return digestOf(text, only);
  const hash = createHash("sha256").update(text);
  for (const source of request.sources) {
    if (source.kind === "embedding") {
      hash.update(`\0embedding\0${source.modelPack}`).update(new Float64Array(source.values));
    } else {
      hash.update(`\0${source.kind}\0`).update(source.bytes);
    }
  }
  return hash.digest("hex");
}

/** The same for one embedding, of which many come: in one call, which takes half as long. */
function digestOf(text: string, { modelPack, values }: EmbeddingProbe): string {
  const head = Buffer.from(`${text}\0embedding\0${modelPack}`, "utf8");
  const numbers = new Float64Array(values);
  const bytes = new Uint8Array(numbers.buffer);
  const whole = Buffer.concat([head, bytes]);
  numbers.fill(0);
  const digest = sha256(whole).toString("hex");
  whole.fill(0);
  return digest;
}

/** The review of a request: its id follows from the caller and the request id. Empty for none. */
export function reviewIdOf({ requestKey }: { readonly requestKey: Uint8Array | null }): string {
  return requestKey === null ? "" : Buffer.from(requestKey).toString("hex").slice(0, 32);
}
