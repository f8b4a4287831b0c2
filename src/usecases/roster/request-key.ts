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
  if (only?.kind === "embedding" && request.sources.length === 1) {
    const digest = digestOf(`${text}\0embedding\0${only.modelPack}`, only.values);
    if (digest !== null) return digest;
  }
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

/** What is digested is put together here, one request at a time. */
const scratch = Buffer.alloc(65_536);
const numbers = new Float64Array(4_096);
const numberBytes = Buffer.from(numbers.buffer);

/**
 * The same for one embedding, of which many come: in one call, which takes half as long. Null when
 * it does not fit the scratch.
 */
function digestOf(text: string, values: EmbeddingProbe["values"]): string | null {
  if (values.length > numbers.length) return null;
  const sizeBytes = 8 * values.length;
  if (3 * text.length + sizeBytes > scratch.length) return null;
  numbers.set(values);
  const textEnd = scratch.write(text, "utf8");
  scratch.set(numberBytes.subarray(0, sizeBytes), textEnd);
  const digest = sha256(scratch.subarray(0, textEnd + sizeBytes)).toString("hex");
  numbers.fill(0, 0, values.length);
  scratch.fill(0, 0, textEnd + sizeBytes);
  return digest;
}

/** The review of a request: its id follows from the caller and the request id. Empty for none. */
export function reviewIdOf({ requestKey }: { readonly requestKey: Uint8Array | null }): string {
  return requestKey === null ? "" : Buffer.from(requestKey).toString("hex").slice(0, 32);
}
