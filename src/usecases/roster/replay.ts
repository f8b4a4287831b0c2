import { CordonError } from "../../base/errors.js";
import type { Engine } from "../engine.js";
import { openPersonDetails } from "../person-details.js";
import type { EnrolJob, Enrolled } from "./enrol-job.js";
import { linkOf } from "./link.js";
import { personErased } from "./require-enrolled.js";
import { headOf } from "./who.js";

/**
 * The answer to a request id that was used before.
 * @throws CordonError FAILED_PRECONDITION PERSON_ERASED, or ALREADY_EXISTS REQUEST_ID_REUSED when
 *   it came with another enrolment
 */
export async function replay(
  engine: Engine,
  job: EnrolJob,
  before: { readonly personId: string; readonly erased: boolean },
): Promise<Enrolled> {
  const row = before.erased ? null : await engine.store.getPerson(before.personId);
  if (row === null) {
    throw personErased(
      "The person whom this request id had enrolled was erased. To enrol them once more, on a " +
        "new lawful basis, choose another request id.",
      before.personId,
    );
  }
  const { requestDigest } = openPersonDetails(engine.vault, row);
  if (requestDigest !== job.details.requestDigest) {
    throw new CordonError({
      status: "ALREADY_EXISTS",
      reason: "REQUEST_ID_REUSED",
      message:
        "This request id was used for another enrolment. Send that one again as it was, or choose " +
        "another id.",
      metadata: { person: before.personId },
    });
  }
  const templates = await engine.store.listTemplatesOf(row.personId);
  return {
    personId: headOf(row),
    rowId: row.personId,
    templates: templates.map(({ templateId }) => ({ templateId, box: null, quality: null })),
    already: true,
    mergeId: (await linkOf(engine, row))?.mergeId ?? "",
    recorded: Promise.resolve(),
  };
}
