import { type Progress, progressLine, startProgress } from "./progress.js";
import type { Session } from "./session.js";

/** A line of progress is written this often where there is no terminal, milliseconds. */
export const LINE_MS = 10_000;

export interface EnrolProgress extends Progress {
  /** Tells something meanwhile. */
  note(text: string): void;
}

/**
 * How far many persons have come, on stderr: a bar on a terminal, elsewhere a line every
 * {@link LINE_MS} when `lines` are wanted.
 */
export function startEnrolProgress(
  session: Session,
  total: number,
  lines: boolean,
  nowMs: () => number = () => performance.now(),
): EnrolProgress {
  const { stderr } = session;
  const isTerminal = stderr.isTTY === true;
  const bar = startProgress(session, total, "persons");
  const startedMs = nowMs();
  let done = 0;
  const tell = () => {
    const line = progressLine(done, total, "persons", nowMs() - startedMs);
    stderr.write(`${line.replace(/^\[[^\]]*\] /, "")}\n`);
  };
  const timer = lines && !isTerminal ? setInterval(tell, LINE_MS).unref() : undefined;
  return {
    step() {
      done += 1;
      bar.step();
    },
    note(text) {
      stderr.write(isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`);
    },
    end() {
      clearInterval(timer);
      bar.end();
    },
  };
}
