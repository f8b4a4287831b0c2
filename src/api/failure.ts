import type { CordonError } from "../base/errors.js";

/** What a unary call would have failed with, as the part of a message. */
export function fromError(error: CordonError) {
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
    retryAfterMs: Math.ceil(retryAfterMs),
  };
}
