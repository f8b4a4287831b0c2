import type { Session } from "./session.js";

/** Characters of a bar. */
export const BAR_WIDTH = 24;
/** A bar is drawn at most this often, milliseconds. */
export const REDRAW_MS = 100;

export interface Progress {
  /** One more is done. */
  step(): void;
  /** Removes the bar. */
  end(): void;
}

/**
 * A progress bar with rate and remaining time on stderr; on anything but a terminal, nothing.
 *
 * @param unit what is counted, in the plural
 */
export function startProgress(
  session: Session,
  total: number,
  unit: string,
  nowMs: () => number = () => performance.now(),
): Progress {
  const { stderr } = session;
  if (stderr.isTTY !== true || total === 0) return { step: () => {}, end: () => {} };
  const startedMs = nowMs();
  let done = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  const draw = () => {
    drawnMs = nowMs();
    const line = progressLine(done, total, unit, drawnMs - startedMs);
    stderr.write(`\r${line.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K`);
  };
  draw();
  return {
    step() {
      done += 1;
      if (nowMs() - drawnMs >= REDRAW_MS || done === total) draw();
    },
    end() {
      stderr.write("\r\u001b[K");
    },
  };
}

/** `[######..................] 25/100 persons, 12.5/s, 6 s left`. */
export function progressLine(done: number, total: number, unit: string, elapsedMs: number): string {
  const filled = Math.round((done / total) * BAR_WIDTH);
  const bar = "#".repeat(filled).padEnd(BAR_WIDTH, ".");
  const head = `[${bar}] ${done}/${total} ${unit}`;
  if (done === 0 || elapsedMs <= 0) return head;
  const perSecond = (done * 1000) / elapsedMs;
  return `${head}, ${perSecond.toFixed(1)}/s, ${remaining((total - done) / perSecond)} left`;
}

/** Seconds as `12 s`, `3 min 5 s` or `2 h 7 min`. */
export function remaining(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
