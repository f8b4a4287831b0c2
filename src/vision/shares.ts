/**
 * For so long after its last probe a flow counts as there: longer than the pause between two frames
 * of a slow camera, and no longer than a flow that is alone should be held back for nothing.
 */
export const FLOW_SEEN_MS = 5_000;

/**
 * Which flow may have another thread. One that is alone may have all of them. While another one is
 * there, each leaves a thread free, so that a probe of the other need not wait for one of a flood
 * to be done.
 */
export interface Shares {
  /** A probe of this flow came in. */
  seen(flow: string, nowMs: number): void;
  /** One of its probes is worked on. */
  begun(flow: string): void;
  done(flow: string): void;
  mayHaveThread(flow: string, threads: number, nowMs: number): boolean;
}

export function createShares(): Shares {
  const running = new Map<string, number>();
  // The flow of the newest probe, and of the newest one of any other: more need not be known.
  let newest = { flow: "", atMs: Number.NEGATIVE_INFINITY };
  let otherAtMs = Number.NEGATIVE_INFINITY;

  function count(flow: string, change: number): void {
    const next = (running.get(flow) ?? 0) + change;
    if (next === 0) running.delete(flow);
    else running.set(flow, next);
  }

  return {
    seen(flow, nowMs) {
      if (flow !== newest.flow) otherAtMs = newest.atMs;
      newest = { flow, atMs: nowMs };
    },
    begun: (flow) => count(flow, 1),
    done: (flow) => count(flow, -1),
    mayHaveThread(flow, threads, nowMs) {
      if (threads < 2 || (running.get(flow) ?? 0) < threads - 1) return true;
      const anotherAtMs = flow === newest.flow ? otherAtMs : newest.atMs;
      return nowMs - anotherAtMs > FLOW_SEEN_MS;
    },
  };
}
