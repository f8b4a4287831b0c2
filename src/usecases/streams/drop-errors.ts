import { CordonError } from "../../base/errors.js";

/** About as long as a frame is worked on, and a stream gives way. */
const RETRY_AFTER_MS = 200;

/** A newer frame took its place. Trying again changes nothing, so it says nothing of when. */
export function superseded(): CordonError {
  return new CordonError({
    status: "CANCELLED",
    reason: "FRAME_SUPERSEDED",
    message: "A newer frame of this stream took its place, as the policy LATEST_FRAME says.",
  });
}

export function tooLate(): CordonError {
  return new CordonError({
    status: "DEADLINE_EXCEEDED",
    reason: "DEADLINE_EXCEEDED",
    message: "This query was not answered within its deadline, counted from its arrival.",
  });
}

/** The streams together hold as much as they may. */
export function noRoom(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "The streams of this server hold as much as they may. Send this again.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
