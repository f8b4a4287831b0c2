import { CordonError } from "../base/errors.js";
import type { QueryOutcome } from "./answer-query.js";

/**
 * The same outcomes, without answers that name somebody who was erased since they were made: those
 * fail, and are on record as failed. What is returned may be handed over in the same turn.
 * @throws CordonError as the audit does
 */
export async function withoutErased<Outcome extends QueryOutcome>(
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  let checked = outcomes;
  for (;;) {
    const fallen = new Set(checked.filter((one) => "answer" in one && !one.standing.stands()));
    if (fallen.size === 0) return checked;
    // Meanwhile others may fall.
    await Promise.all([...fallen].map((one) => "answer" in one && one.standing.withdraw()));
    checked = checked.map((one) => (fallen.has(one) ? withdrawn(one) : one));
  }
}

function withdrawn<Outcome extends QueryOutcome>(outcome: Outcome): Outcome {
  const { answer: _, standing: __, ...rest } = outcome as Outcome & Record<string, unknown>;
  return { ...rest, error: erasedMeanwhile() } as unknown as Outcome;
}

function erasedMeanwhile(): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "PERSON_ERASED",
    message: "A person whom the answer named was erased before it was sent. Send the query again.",
  });
}
