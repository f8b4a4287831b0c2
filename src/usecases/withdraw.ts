import { CordonError } from "../base/errors.js";
import type { QueryOutcome } from "./answer-query.js";
import type { Standing } from "./identify.js";

/**
 * The same outcomes, without answers that name somebody who was erased since they were made: those
 * fail, and are on record as failed. What is returned may be handed over in the same turn.
 * @param failed what stands in the place of such an answer
 * @throws CordonError as the audit does
 */
export async function withoutErased<Outcome extends QueryOutcome>(
  outcomes: readonly Outcome[],
  failed: (fallen: Outcome, error: CordonError) => Outcome,
): Promise<readonly Outcome[]> {
  let checked = outcomes;
  for (;;) {
    const fallen = new Map<Outcome, Standing>();
    for (const one of checked) {
      if ("answer" in one && !one.standing.stands()) fallen.set(one, one.standing);
    }
    if (fallen.size === 0) return checked;
    // Meanwhile others may fall.
    await Promise.all([...fallen.values()].map((standing) => standing.withdraw()));
    checked = checked.map((one) => (fallen.has(one) ? failed(one, erasedMeanwhile()) : one));
  }
}

function erasedMeanwhile(): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "PERSON_ERASED",
    message: "A person whom the answer named was erased before it was sent. Send the query again.",
  });
}
