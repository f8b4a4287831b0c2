import type { CordonError } from "../../base/errors.js";
import type { Suspect } from "../../store/decision-records.js";
import { fromError } from "../failure.js";
import type { EnrolmentRefusal } from "../generated/cordon/v1/EnrolmentRefusal.js";

/** What the unary call would have failed with, as a message of the stream. */
export function fromRefusal(
  error: CordonError,
  duplicate: { readonly suspects: readonly Suspect[]; readonly reviewId: string },
): EnrolmentRefusal {
  return {
    ...fromError(error),
    suspects: [...duplicate.suspects],
    reviewId: duplicate.reviewId,
  };
}
