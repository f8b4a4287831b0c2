import { type LoopAnswer, type LoopClock, type Send, systemLoopClock } from "./open-loop.js";

export interface ClosedLoopOptions {
  /** Requests kept under way. */
  readonly inFlight: number;
  /** No request is sent after that. */
  readonly durationMs: number;
  /** Requests sent at most. */
  readonly requestsMax?: number;
  readonly send: Send;
  readonly onAnswer: (answer: LoopAnswer) => void;
  readonly clock?: LoopClock;
}

/**
 * Keeps a number of requests under way: the most that a server takes. Its latencies say little,
 * since whoever waits sends nothing.
 *
 * @returns requests sent
 */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<number> {
  const { inFlight, durationMs, requestsMax = Number.POSITIVE_INFINITY, send, onAnswer } = options;
  const clock = options.clock ?? systemLoopClock;
  const startMs = clock.now();
  let sent = 0;
  async function caller(): Promise<void> {
    while (sent < requestsMax) {
      const dueMs = clock.now() - startMs;
      if (dueMs >= durationMs) return;
      const request = sent++;
      let failure: unknown;
      try {
        await send(request);
      } catch (thrown) {
        failure = thrown ?? new Error("failed");
      }
      onAnswer({ request, dueMs, latencyMs: clock.now() - startMs - dueMs, failure });
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller));
  return sent;
}
