import { BAR_WIDTH, REDRAW_MS, remaining } from "./progress.js";
import type { Session } from "./session.js";

const MEBIBYTE = 1_048_576;

export interface GaugeState {
  /** What is being done; another step starts the clock anew. */
  readonly step: string;
  /** More about it. */
  readonly detail?: string;
  readonly done: number;
  /** Null when it is not known. */
  readonly total: number | null;
  /** What `done` and `total` count; bytes are shown as MiB. */
  readonly unit: string;
}

export interface Gauge {
  show(state: GaugeState): void;
  /** Removes it. */
  end(): void;
}

/**
 * How far a long piece of work has come, on stderr, with rate and remaining time; on anything but a
 * terminal, nothing.
 */
export function startGauge(session: Session, nowMs: () => number = () => performance.now()): Gauge {
  const { stderr } = session;
  if (stderr.isTTY !== true) return { show: () => {}, end: () => {} };
  let startedMs = nowMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let step = "";
  return {
    show(state) {
      const now = nowMs();
      const begins = state.step !== step;
      if (begins) startedMs = now;
      else if (now - drawnMs < REDRAW_MS) return;
      step = state.step;
      drawnMs = now;
      const line = gaugeLine(state, now - startedMs);
      stderr.write(`\r${line.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K`);
    },
    end() {
      stderr.write("\r\u001b[K");
    },
  };
}

/** `[######..................] checking, 812345 records, 120.0/480.1 MiB, 60.2 MiB/s, 6 s left`. */
export function gaugeLine(state: GaugeState, elapsedMs: number): string {
  const { step, detail, done, total, unit } = state;
  const amount = (value: number) =>
    unit === "bytes" ? (value / MEBIBYTE).toFixed(1) : `${Math.round(value)}`;
  const name = unit === "bytes" ? "MiB" : unit;
  const bar = total === null || total === 0 ? "" : `[${filled(done / total)}] `;
  const whole = total === null ? "" : `/${amount(total)}`;
  const note = detail === undefined ? step : `${step}, ${detail}`;
  const head = `${bar}${note}, ${amount(done)}${whole} ${name}`;
  if (done === 0 || elapsedMs <= 0) return head;
  const perSecond = (done * 1000) / elapsedMs;
  const rate = unit === "bytes" ? `${amount(perSecond)} MiB/s` : `${perSecond.toFixed(0)}/s`;
  const left = total === null ? "" : `, ${remaining((total - done) / perSecond)} left`;
  return `${head}, ${rate}${left}`;
}

function filled(part: number): string {
  return "#".repeat(Math.round(Math.min(1, part) * BAR_WIDTH)).padEnd(BAR_WIDTH, ".");
}
