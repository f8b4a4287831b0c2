import { CordonError } from "../../base/errors.js";
import type { Interceptor } from "../call.js";
import { shuttingDown } from "./drain.js";

const RETRY_AFTER_MS = 100;

/**
 * Lets at most `callsMax` calls in at once; a further one is turned away without waiting. A stream
 * is one call from its beginning to its end.
 */
export function admit(callsMax: number, isDraining: () => boolean): Interceptor {
  let inFlight = 0;
  return async (call, next) => {
    if (isDraining()) throw shuttingDown();
    if (inFlight >= callsMax) {
      throw new CordonError({
        status: "RESOURCE_EXHAUSTED",
        reason: "QUEUE_FULL",
        message: `${callsMax} calls are under way, which is this server's limit. Try again soon.`,
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    inFlight += 1;
    try {
      return await next(call);
    } finally {
      inFlight -= 1;
    }
  };
}
