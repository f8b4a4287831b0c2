import type { CordonError } from "../../base/errors.js";
import type { Suspect } from "../../store/decision-records.js";
import type { EnrolmentRefusal } from "../generated/cordon/v1/EnrolmentRefusal.js";

/** What the unary call would have failed with, as a message of the stream. */
export function fromRefusal(
  error: CordonError,
  duplicate: { readonly suspects: readonly Suspect[]; readonly reviewId: string },
): EnrolmentRefusal {
  const { status, reason, message, violations, fields, retryAfterMs = 0 } = error;
  return {
    status,
    reason,
    message,
    violations: violations.map(({ type, subject, description }) => ({
      reason: type,
      subject,
      description,
    })),
    fields: [...fields],
    suspects: [...duplicate.suspects],
    reviewId: duplicate.reviewId,
    retryAfterMs: Math.ceil(retryAfterMs),
  };
}
