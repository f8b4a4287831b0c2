import type { Clock } from "../../base/clock.js";
import { CordonError } from "../../base/errors.js";
import { untilAborted } from "../abort.js";
import { type Call, type Interceptor, tap } from "../call.js";

export interface DeadlineLimits {
  /** Given to a unary call that has no deadline of its own. */
  readonly defaultMs: number;
  /** A longer deadline of a unary call is cut to this. */
  readonly maxMs: number;
  /** Longest that a stream may be silent. Default {@link STREAM_IDLE_MS_MAX}. */
  readonly streamIdleMs?: number;
}

/** A stream in which no message passes for this long, either way, is ended: 5 minutes. */
export const STREAM_IDLE_MS_MAX = 300_000;

/** Longest that a lengthy call may take, and what it gets when it asks for nothing: 1 hour. */
export const LENGTHY_MS_MAX = 3_600_000;

/** Longest delay of a timer of Node; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Ends a call when its time is up or its caller is gone, whatever is still at work below. A stream
 * has the time that its caller set, or no end unless it is a lengthy one, but must not fall silent.
 */
export function deadline(limits: DeadlineLimits, clock: Clock): Interceptor {
  const { streamIdleMs = STREAM_IDLE_MS_MAX } = limits;
  return async (call, next) => {
    const budgetMs = budgetOf(call, limits, clock.nowMs());
    const controller = new AbortController();
    const expire = () => controller.abort(timeUp(budgetMs));
    if (budgetMs <= 0) expire();
    const timer = budgetMs > TIMER_MS_MAX ? undefined : setTimeout(expire, Math.max(0, budgetMs));
    const signal = AbortSignal.any([call.signal, controller.signal]);
    if (call.stream === null) {
      return untilAborted(signal, () => next({ ...call, signal })).finally(() =>
        clearTimeout(timer),
      );
    }
    const idle = setTimeout(() => controller.abort(silent(streamIdleMs)), streamIdleMs);
    const heard = () => void idle.refresh();
    const stream = tap(call.stream, { received: heard, sent: heard });
    return untilAborted(signal, () => next({ ...call, signal, stream })).finally(() => {
      clearTimeout(timer);
      clearTimeout(idle);
    });
  };
}

/** Milliseconds that this call may take; Infinity for no end. */
function budgetOf(call: Call, { defaultMs, maxMs }: DeadlineLimits, nowMs: number): number {
  const asked = call.deadlineMs - nowMs;
  if (call.method.lengthy) return Math.min(asked, LENGTHY_MS_MAX);
  if (call.stream !== null) return asked;
  return Number.isFinite(asked) ? Math.min(asked, maxMs) : defaultMs;
}

function timeUp(budgetMs: number): CordonError {
  return deadlineExceeded(
    `This call was not done within its ${Math.max(0, Math.round(budgetMs))} ms.`,
  );
}

function silent(idleMs: number): CordonError {
  return deadlineExceeded(
    `No message passed on this stream for ${Math.round(idleMs / 1000)} seconds. Open another one.`,
  );
}

export function deadlineExceeded(message: string): CordonError {
  return new CordonError({ status: "DEADLINE_EXCEEDED", reason: "DEADLINE_EXCEEDED", message });
}
