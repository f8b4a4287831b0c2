import { setMaxListeners } from "node:events";
import type { Caller } from "../access/access.js";
import { authorise } from "../access/authorise.js";
import { type CordonError, toCordonError } from "../base/errors.js";
import { mapConcurrently } from "../base/map-concurrently.js";
import type { Suspect } from "../store/decision-records.js";
import type { Engine } from "./engine.js";
import { duplicateError, type EnrolOutcome, type EnrolRequest, enrolInto } from "./enrol.js";
import { DuplicateSuspected } from "./roster/enrol-job.js";
import { noRoom } from "./streams/drop-errors.js";

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

/** Requests that came in one message. */
export interface EnrolGroup {
  /** Taken out when they are worked on, so that whoever still has the group holds none of them. */
  readonly requests: EnrolManyRequest[];
  /** What they hold in memory, near enough. */
  readonly sizeBytes: number;
  /** Whether they are to be answered in one. */
  readonly together: boolean;
}

/** The answers to a group, in the order of its requests. */
export interface EnrolledGroup {
  readonly answers: readonly EnrolManyAnswer[];
  readonly together: boolean;
}

/**
 * What one stream may have under way: as many embeddings, which is two runs of the roster, so that
 * one is read while the other is enrolled; or a few pictures, which are large and wait for the
 * models.
 */
export const STREAM_WEIGHT_MAX = 1_024;
const PICTURE_WEIGHT = 32;
/** Bytes that weigh as much as an embedding, so that a stream holds 32 MiB, or one message. */
const WEIGHT_BYTES = 32 * 1024;

/**
 * Enrols persons as they come and answers as they are done. One that fails does not stop the
 * others. Likely duplicates go to the review list, and what was decided there is applied. What the
 * streams together have no room for fails with QUEUE_FULL.
 */
export function enrolMany(
  engine: Engine,
  groups: AsyncIterable<EnrolGroup>,
  caller: Caller,
  signal: AbortSignal,
): AsyncIterable<EnrolledGroup> {
  const options = { weightMax: STREAM_WEIGHT_MAX, weightOf, signal };
  const { streamBytes } = engine;
  // Each person who waits anywhere listens to it.
  setMaxListeners(0, signal);
  let heldBytes = 0;
  return mapConcurrently(groups, options, async (group) => {
    const { sizeBytes, together } = group;
    const requests = group.requests.splice(0);
    if (!streamBytes.take(sizeBytes, heldBytes)) {
      return { answers: requests.map(refuseForRoom), together };
    }
    heldBytes += sizeBytes;
    try {
      return { answers: await answerAll(engine, requests, caller, signal), together };
    } finally {
      heldBytes -= sizeBytes;
      streamBytes.release(sizeBytes);
    }
  });
}

function weightOf({ requests, sizeBytes }: EnrolGroup): number {
  const weight = requests.reduce((sum, request) => sum + weightOfOne(request), 0);
  return Math.max(weight, Math.ceil(sizeBytes / WEIGHT_BYTES));
}

function refuseForRoom(one: EnrolManyRequest): EnrolManyAnswer {
  const error = "error" in one ? one.error : noRoom();
  return { requestId: one.requestId, error, suspects: [], reviewId: "" };
}

async function answerAll(
  engine: Engine,
  requests: readonly EnrolManyRequest[],
  caller: Caller,
  signal: AbortSignal,
): Promise<readonly EnrolManyAnswer[]> {
  const answers: EnrolManyAnswer[] = [];
  for (const some of portions(requests)) {
    const work = some.map((one) => answer(engine, one, caller, signal));
    for (const done of await Promise.all(work)) answers.push(done);
  }
  return answers;
}

/** Requests in their order, as many at a time as a stream may have under way; one at least. */
function* portions(requests: readonly EnrolManyRequest[]): Generator<readonly EnrolManyRequest[]> {
  let some: EnrolManyRequest[] = [];
  let weight = 0;
  for (const request of requests) {
    weight += weightOfOne(request);
    if (some.length > 0 && weight > STREAM_WEIGHT_MAX) {
      yield some;
      some = [];
      weight = weightOfOne(request);
    }
    some.push(request);
  }
  if (some.length > 0) yield some;
}

function weightOfOne(one: EnrolManyRequest): number {
  if ("error" in one) return 1;
  const { sources } = one.request;
  return sources.reduce((sum, { kind }) => sum + (kind === "embedding" ? 1 : PICTURE_WEIGHT), 0);
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
