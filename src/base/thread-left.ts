/**
 * A thread works in native code and could not be ended. To end it by force would abort the whole
 * process: its native code finds no JavaScript to return to, and throws where nobody catches. So it
 * is left, no longer keeps the process alive, and goes with it; but the process must then end by
 * SIGKILL, since `process.exit` ends threads by that same force.
 */
export class ThreadLeft extends Error {
  /** @param whose what the thread works for, for the log */
  constructor(whose: string, waitedMs: number) {
    super(`a thread of ${whose} was still at work ${waitedMs} ms after it was asked to end`);
    this.name = "ThreadLeft";
  }
}
