/** One request of a loop. Resolves when it was answered; rejects when it failed. */
export type Send = (request: number) => Promise<unknown>;

export interface OpenLoopOptions {
  /** Milliseconds after the start, rising. */
  readonly arrivals: Iterable<number>;
  /** Arrivals from then on are not sent. */
  readonly durationMs: number;
  /** Unanswered requests beyond which an arrival is given up, and counted. */
  readonly outstandingMax: number;
  readonly send: Send;
  /** Told of every answer, with its time since it was *due*, so that waiting to be sent counts. */
  readonly onAnswer: (answer: LoopAnswer) => void;
  /** Told how late every request was sent, milliseconds: the client's own fault. */
  readonly onLate: (milliseconds: number) => void;
  readonly clock?: LoopClock;
}

export interface LoopAnswer {
  readonly request: number;
  /** When it was due, milliseconds after the start. */
  readonly dueMs: number;
  readonly latencyMs: number;
  /** Undefined when it was answered. */
  readonly failure: unknown;
}

export interface LoopClock {
  now(): number;
  /** Resolves after about that long; 0 lets other work go first. */
  wait(milliseconds: number): Promise<void>;
}

export interface OpenLoopResult {
  readonly sent: number;
  /** Arrivals given up because too many were unanswered. */
  readonly givenUp: number;
}

/**
 * A timer is a millisecond coarse. The client spins for no more than this before a request is due:
 * spinning for all of it would take a core from the server that is measured.
 */
const SPIN_MS = 0.3;

export const systemLoopClock: LoopClock = {
  now: () => performance.now(),
  wait: (milliseconds) =>
    new Promise((resolve) => {
      if (milliseconds < 1) setImmediate(resolve);
      else setTimeout(resolve, milliseconds);
    }),
};

/** Sends requests when they are due, whatever became of those before, and waits for every answer. */
export async function runOpenLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { durationMs, outstandingMax, onLate, clock = systemLoopClock } = options;
  const underWay = new Set<Promise<void>>();
  const startMs = clock.now();
  let sent = 0;
  let givenUp = 0;
  for (const dueMs of options.arrivals) {
    if (dueMs >= durationMs) break;
    for (let early = dueMs; early > 0; ) {
      early = startMs + dueMs - clock.now();
      if (early > 0) await clock.wait(early < SPIN_MS ? 0 : Math.max(1, Math.floor(early)));
    }
    if (underWay.size >= outstandingMax) {
      givenUp += 1;
      continue;
    }
    onLate(clock.now() - startMs - dueMs);
    const answered = answer(options, clock, sent, startMs, dueMs);
    sent += 1;
    underWay.add(answered);
    void answered.then(() => underWay.delete(answered));
  }
  await Promise.all(underWay);
  return { sent, givenUp };
}

async function answer(
  { send, onAnswer }: OpenLoopOptions,
  clock: LoopClock,
  request: number,
  startMs: number,
  dueMs: number,
): Promise<void> {
  let failure: unknown;
  try {
    await send(request);
  } catch (thrown) {
    failure = thrown ?? new Error("failed");
  }
  onAnswer({ request, dueMs, latencyMs: clock.now() - startMs - dueMs, failure });
}
