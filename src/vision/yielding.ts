import { setPriority } from "node:os";

/** Niceness of a vision thread, of the 0 to 19 that need no rights. */
const NICENESS = 10;

/**
 * Lets the main thread go before this one when there are fewer cores than work: vision computes
 * for milliseconds on end, and the main thread answers everybody. On Linux alone is niceness a
 * thread's own (sched(7)); elsewhere it is the whole process's, so nothing is changed there.
 */
export function yieldToMainThread(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, NICENESS);
  } catch {
    // A sandbox may forbid it; vision then works all the same.
  }
}
