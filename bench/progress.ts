/** Where progress goes; `process.stderr` fits. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  /** Says that `count` more are done. */
  add(count?: number): void;
  /** Writes the last line. */
  end(): void;
}

/** A terminal's line is rewritten this often; a log gets a line this often. */
const TTY_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 5_000;

/** Counts work and says how much is done, how fast, and how long it still takes. */
export function createProgress(
  label: string,
  total: number,
  stream: ProgressStream,
  nowMs: () => number = () => performance.now(),
): Progress {
  const startedMs = nowMs();
  const interval = stream.isTTY === true ? TTY_INTERVAL_MS : LOG_INTERVAL_MS;
  let writtenMs = startedMs;
  let done = 0;
  function write(last: boolean): void {
    const line = progressLine(label, done, total, nowMs() - startedMs);
    const end = stream.isTTY !== true || last ? "\n" : "";
    stream.write(stream.isTTY === true ? `\r\u001b[2K${line}${end}` : line + end);
  }
  return {
    add(count = 1) {
      done += count;
      if (nowMs() - writtenMs < interval) return;
      writtenMs = nowMs();
      write(false);
    },
    end: () => write(true),
  };
}

/** For example `images 1200/6681 (18 %), 93/s, 59 s left`. */
export function progressLine(
  label: string,
  done: number,
  total: number,
  elapsedMs: number,
): string {
  const share = total === 0 ? 100 : Math.floor((done / total) * 100);
  const rate = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  const text = `${label} ${done}/${total} (${share} %), ${rate.toFixed(rate < 10 ? 1 : 0)}/s`;
  if (done >= total) return `${text}, ${Math.round(elapsedMs / 1000)} s`;
  if (rate === 0) return text;
  return `${text}, ${Math.ceil((total - done) / rate)} s left`;
}
