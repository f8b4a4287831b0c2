import { abortError, CordonError } from "../base/errors.js";
import { createFairQueue } from "../base/fair-queue.js";

/** Embeddings of all cameras that are worked on at once: blocks for every worker of the index. */
export const QUERIES_AT_ONCE = 256;
/**
 * Those of one camera beside others. One event loop takes the steps of all that are under way, so
 * whoever comes next waits for as long as they take together. No camera has so many: with eight,
 * one got a thousand answers a second from two cores.
 */
export const QUERIES_PER_CAMERA = 8;
/** A camera counts as one of several for so long after its last query. */
const PRESENT_MS = 60_000;
/** Embeddings that wait for their turn; beyond them the camera that has the most gives way. */
export const QUERIES_WAITING_MAX = 16_384;
/** About as long as so many take. */
const RETRY_AFTER_MS = 1_000;

/**
 * Turns of queries by embedding, fair between cameras: each has a line of its own, and the lines
 * take turns. (Pictures wait for the models, which have such a queue themselves.) Without them
 * whoever sends the most fills the event loop, and everybody waits for as long.
 */
export interface Turns {
  /** Queries that wait. */
  readonly waiting: number;
  /**
   * Waits for a turn. Whoever has had one calls `end`, once, for the same camera.
   * @param camera whose line it is
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL; by the signal
   */
  begin(camera: string, signal: AbortSignal): Promise<void>;
  end(camera: string): void;
}

interface Waiting {
  readonly start: () => void;
  readonly fail: (error: CordonError) => void;
}

interface Line {
  underWay: number;
  lastMs: number;
}

export interface TurnLimits {
  readonly atOnce: number;
  readonly perCamera: number;
  readonly waitingMax: number;
}

const limitDefaults: TurnLimits = {
  atOnce: QUERIES_AT_ONCE,
  perCamera: QUERIES_PER_CAMERA,
  waitingMax: QUERIES_WAITING_MAX,
};

export function createTurns(
  { atOnce, perCamera, waitingMax } = limitDefaults,
  nowMs: () => number = () => performance.now(),
): Turns {
  const queue = createFairQueue<Waiting>();
  /** Cameras that are present, the one that asked last at the end. */
  const lines = new Map<string, Line>();
  let underWay = 0;

  const mayBegin = (camera: string) => {
    const most = lines.size > 1 ? perCamera : atOnce;
    return underWay < atOnce && (lines.get(camera)?.underWay ?? 0) < most;
  };

  function note(camera: string): Line {
    const line = lines.get(camera) ?? { underWay: 0, lastMs: 0 };
    line.lastMs = nowMs();
    lines.delete(camera);
    lines.set(camera, line);
    for (const [other, { underWay, lastMs }] of lines) {
      if (underWay > 0 || line.lastMs - lastMs < PRESENT_MS) break;
      lines.delete(other);
    }
    return line;
  }

  function count(camera: string, change: number): void {
    const line = lines.get(camera) ?? note(camera);
    line.underWay += change;
    underWay += change;
  }

  function wait(camera: string, signal: AbortSignal): Promise<void> {
    if (queue.size >= waitingMax) {
      const evicted = queue.evictFor(camera);
      if (evicted === undefined) return Promise.reject(queueFull());
      evicted.fail(queueFull());
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        queue.remove(camera, waiting);
        reject(abortError(signal));
      };
      const waiting: Waiting = {
        start() {
          signal.removeEventListener("abort", abort);
          count(camera, 1);
          resolve();
        },
        fail(error) {
          signal.removeEventListener("abort", abort);
          reject(error);
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      queue.push(camera, waiting);
    });
  }

  return {
    get waiting() {
      return queue.size;
    },
    async begin(camera, signal) {
      if (signal.aborted) throw abortError(signal);
      note(camera);
      if (mayBegin(camera)) count(camera, 1);
      else await wait(camera, signal);
    },
    end(camera) {
      count(camera, -1);
      while (underWay < atOnce) {
        const next = queue.take(mayBegin);
        if (next === undefined) return;
        next.start();
      }
    },
  };
}

function queueFull(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: "Too many queries wait for their turn already. Try again a little later.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
