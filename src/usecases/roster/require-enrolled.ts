import { CordonError, notFound } from "../../base/errors.js";
import type { PersonRow } from "../../store/person-records.js";
import type { Engine } from "../engine.js";
import { keptParts, lastErasure, ownRow } from "./who.js";

/**
 * The own row of a person to whom a face, or another person, may be joined, by any id of theirs.
 * @throws CordonError NOT_FOUND, or FAILED_PRECONDITION PERSON_ERASED for somebody who was erased,
 *   or of whom no enrolment is within its retention deadline any more
 */
export async function requireEnrolled(
  engine: Pick<Engine, "store" | "clock">,
  personId: string,
): Promise<PersonRow> {
  const own = await ownRow(engine, personId);
  if (own === null) {
    if ((await lastErasure(engine, personId)) === null) throw notFound("person", personId);
    throw personErased(
      `The person "${personId}" was erased, so that nobody can be joined to them any more. Enrol ` +
        "the face as a person of its own, if there is a lawful basis for that.",
      personId,
    );
  }
  if ((await keptParts(engine, own)).length > 0) return own;
  throw personErased(
    `The person "${personId}" is past the retention deadline and about to be erased, so that ` +
      "nobody can be joined to them any more. Enrol the face as a person of its own, if there is " +
      "a lawful basis for that.",
    personId,
  );
}

/** @param message says who was erased, and what to do */
export function personErased(message: string, personId: string): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "PERSON_ERASED",
    message,
    metadata: personId === "" ? {} : { person: personId },
  });
}
