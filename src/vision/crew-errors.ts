import { CordonError } from "../base/errors.js";

export function shuttingDown(): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "SHUTTING_DOWN",
    message: "The server is shutting down. Send this to another.",
  });
}

export function queueFull(queued: number, retryAfterMs: number): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${queued} images wait for a vision worker already. Send this one again later.`,
    retryAfterMs,
  });
}

/** Every worker that had this probe ended under it. */
export function workersFailed(cause: unknown): CordonError {
  return new CordonError({
    status: "INTERNAL",
    reason: "WORKER_FAILED",
    message: "The vision worker failed on this image, twice. The server's log has the cause.",
    cause,
  });
}

/** A picture that takes so long takes as long again in any other thread. */
export function tookTooLong(jobMsMax: number): CordonError {
  return new CordonError({
    status: "INTERNAL",
    reason: "WORKER_FAILED",
    message:
      `The vision worker was at this image for ${jobMsMax / 1000} s, and it was given up. ` +
      "Do not send it again as it is: send a smaller one, or one with fewer faces.",
  });
}

export function noWorkerLeft(cause: unknown, retryAfterMs: number): CordonError {
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "WORKER_FAILED",
    message: "No vision worker can be started at the moment. Send this image again later.",
    retryAfterMs,
    cause,
  });
}
