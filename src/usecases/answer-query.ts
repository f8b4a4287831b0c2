import type { Caller } from "../access/access.js";
import { authorise, denialError } from "../access/authorise.js";
import { type CordonError, toCordonError } from "../base/errors.js";
import { refusalError } from "../compliance/violation.js";
import type { Engine } from "./engine.js";
import { type IdentifyAnswer, type IdentifyRequest, identify, type Standing } from "./identify.js";

/** How one query of several ended: with an answer, or with what Identify would have failed with. */
export type QueryOutcome =
  | { readonly answer: IdentifyAnswer; readonly standing: Standing }
  | { readonly error: CordonError };

/**
 * One query of several: judged for its camera, decided, recorded and answered by itself, so that
 * whatever is wrong with it is its own outcome. Never rejects.
 * @param read makes the request; throws for one that is wrong
 */
export async function answerQuery(
  engine: Engine,
  read: () => IdentifyRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<QueryOutcome> {
  try {
    const request = read();
    const denial = authorise(caller, "identify", request.cameraId);
    if (denial !== null) return { error: denialError(denial) };
    const outcome = await identify(engine, request, caller, signal);
    if (outcome.refused) return { error: refusalError(outcome.refusal) };
    return { answer: outcome.answer, standing: outcome.standing };
  } catch (thrown) {
    const error = toCordonError(thrown);
    // Its call goes on and ends well, so nobody else would log it.
    if (error.status === "INTERNAL") {
      engine.log.error({ reason: error.reason, err: error.cause }, "a query failed");
    }
    return { error };
  }
}
