import { CordonError } from "../../base/errors.js";
import { endingWith } from "../abort.js";
import type { Interceptor } from "../call.js";

const RETRY_AFTER_MS = 1000;

/**
 * When the server drains, a bidirectional stream takes in no further message. What it has taken in
 * is answered, and then it ends with UNAVAILABLE SHUTTING_DOWN, so that its caller sends the rest
 * to another server. Calls with one request are answered as ever.
 */
export function drainStreams(draining: AbortSignal): Interceptor {
  return async (call, next) => {
    if (call.stream === null || call.method.kind !== "bidi") return next(call);
    let cutShort = false;
    const requests = endingWith(call.stream.requests, draining, () => {
      cutShort = true;
    });
    const answer = await next({ ...call, stream: { ...call.stream, requests } });
    if (cutShort) throw shuttingDown();
    return answer;
  };
}

export function shuttingDown(): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "SHUTTING_DOWN",
    message: "This server is shutting down. Call another one, or this one again later.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
