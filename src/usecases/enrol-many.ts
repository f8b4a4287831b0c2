import type { Caller } from "../access/access.js";
import { authorise } from "../access/authorise.js";
import { type CordonError, toCordonError } from "../base/errors.js";
import { mapConcurrently } from "../base/map-concurrently.js";
import type { Suspect } from "../store/decision-records.js";
import type { Engine } from "./engine.js";
import { duplicateError, type EnrolOutcome, type EnrolRequest, enrolInto } from "./enrol.js";
import { DuplicateSuspected } from "./roster/enrol-job.js";

/** A request of a stream, or why it could not even be read. */
export type EnrolManyRequest =
  | { readonly requestId: string; readonly request: EnrolRequest }
  | { readonly requestId: string; readonly error: CordonError };

export type EnrolManyAnswer =
  | { readonly requestId: string; readonly outcome: EnrolOutcome }
  | {
      readonly requestId: string;
      readonly error: CordonError;
      /** Empty for callers that may not see persons. */
      readonly suspects: readonly Suspect[];
      readonly reviewId: string;
    };

/**
 * What one stream may have under way: as many embeddings, or a sixteenth as many pictures, which
 * are large and wait for the models.
 */
export const STREAM_WEIGHT_MAX = 512;
const PICTURE_WEIGHT = 16;

/**
 * Enrols persons as they come and answers as they are done. One that fails does not stop the
 * others. Likely duplicates go to the review list, and what was decided there is applied.
 */
export function enrolMany(
  engine: Engine,
  requests: AsyncIterable<EnrolManyRequest>,
  caller: Caller,
  signal: AbortSignal,
): AsyncIterable<EnrolManyAnswer> {
  const options = { weightMax: STREAM_WEIGHT_MAX, weightOf, signal };
  return mapConcurrently(requests, options, (one) => answer(engine, one, caller, signal));
}

function weightOf(one: EnrolManyRequest): number {
  if ("error" in one) return 1;
  const weights = one.request.sources.map(({ kind }) =>
    kind === "embedding" ? 1 : PICTURE_WEIGHT,
  );
  return weights.reduce((sum, weight) => sum + weight, 0);
}

async function answer(
  engine: Engine,
  one: EnrolManyRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<EnrolManyAnswer> {
  const { requestId } = one;
  if ("error" in one) return { requestId, error: one.error, suspects: [], reviewId: "" };
  try {
    const from = { caller, signal, reviewed: true };
    return { requestId, outcome: await enrolInto(engine, one.request, from) };
  } catch (thrown) {
    if (!(thrown instanceof DuplicateSuspected)) {
      return { requestId, error: toCordonError(thrown), suspects: [], reviewId: "" };
    }
    const maySee = authorise(caller, "read-persons") === null;
    const { suspects, reviewId } = thrown;
    const error = duplicateError(thrown, caller);
    return { requestId, error, suspects: maySee ? suspects : [], reviewId };
  }
}
