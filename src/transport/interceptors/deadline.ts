import type { Clock } from "../../base/clock.js";
import { abortError, CordonError } from "../../base/errors.js";
import type { Interceptor } from "../call.js";

export interface DeadlineLimits {
  /** Given to a call that has no deadline of its own. */
  readonly defaultMs: number;
  /** A longer deadline is cut to this. */
  readonly maxMs: number;
}

/** Ends a call when its time is up or its caller is gone, whatever is still at work below. */
export function deadline(limits: DeadlineLimits, clock: Clock): Interceptor {
  return async (call, next) => {
    const asked = call.deadlineMs - clock.nowMs();
    const budgetMs = Number.isFinite(asked) ? Math.min(asked, limits.maxMs) : limits.defaultMs;
    const controller = new AbortController();
    const expire = () => controller.abort(timeUp(budgetMs));
    if (budgetMs <= 0) expire();
    const timer = setTimeout(expire, Math.max(0, budgetMs));
    const signal = AbortSignal.any([call.signal, controller.signal]);
    try {
      return await untilAborted(signal, () => next({ ...call, signal }));
    } finally {
      clearTimeout(timer);
    }
  };
}

function timeUp(budgetMs: number): CordonError {
  return new CordonError({
    status: "DEADLINE_EXCEEDED",
    reason: "DEADLINE_EXCEEDED",
    message: `This call was not done within its ${Math.max(0, Math.round(budgetMs))} ms.`,
  });
}

function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
