import { median, type Slope, slopeOf } from "../statistics.js";

/** The server's memory at one moment. */
export interface MemorySample {
  /** Since the load began. */
  readonly minute: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** p99 of one minute of queries, milliseconds. */
export interface MinuteP99 {
  readonly minute: number;
  readonly p99: number;
}

export interface Verdict {
  /** MiB a minute, after the warm-up. */
  readonly resident: Slope;
  readonly heap: Slope;
  /** Milliseconds a minute; NaN when there were too few minutes to tell. */
  readonly drift: Slope;
  readonly memoryHeld: boolean;
  readonly p99Held: boolean;
  readonly errorsHeld: boolean;
}

/** Caches fill and pools grow to their size before then; of a short run, a fifth of it. */
export const WARM_UP_MINUTES = 2;
/** Standard errors that a slope must exceed to be one. */
const ERRORS_MIN = 2;
/** A p99 that moved by less over the whole run did not drift, however sure the slope. */
const DRIFT_SHARE_MIN = 0.1;
/** Seconds whose samples are one point: shorter than these the collector's saw tooth shows. */
const BLOCK_MINUTES = 1 / 6;

/**
 * Whether the server held: no growth of memory that exceeds its noise, no drift of p99, no error.
 *
 * @param memory at least a minute of it after the warm-up
 */
export function judge(
  minutes: number,
  memory: readonly MemorySample[],
  p99s: readonly MinuteP99[],
  errors: number,
): Verdict {
  const from = Math.min(WARM_UP_MINUTES, minutes / 5);
  const late = memory.filter(({ minute }) => minute >= from);
  const resident = slopeOf(blocks(late, ({ residentBytes }) => residentBytes));
  const heap = slopeOf(blocks(late, ({ heapBytes }) => heapBytes));
  const steady = p99s.filter(({ minute }) => minute >= from);
  const times = (steady.length >= 3 ? steady : p99s).map(({ minute, p99 }) => ({
    ...{ x: minute, y: p99 },
  }));
  // Too few minutes have no slope; a short run tells of memory and errors alone.
  const unknown = { slope: Number.NaN, standardError: Number.NaN };
  const drift = times.length >= 3 ? slopeOf(times) : unknown;
  const moved = drift.slope * minutes;
  const usual = times.length === 0 ? 0 : median(times.map(({ y }) => y));
  return {
    ...{ resident, heap, drift },
    memoryHeld: !grows(resident),
    p99Held: !grows(drift) || moved < DRIFT_SHARE_MIN * usual,
    errorsHeld: errors === 0,
  };
}

function grows({ slope, standardError }: Slope): boolean {
  return slope > ERRORS_MIN * standardError;
}

/** Means of some seconds each, in MiB. */
function blocks(samples: readonly MemorySample[], bytes: (sample: MemorySample) => number) {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const sample of samples) {
    const block = Math.floor(sample.minute / BLOCK_MINUTES);
    const { sum, count } = sums.get(block) ?? { sum: 0, count: 0 };
    sums.set(block, { sum: sum + bytes(sample), count: count + 1 });
  }
  return [...sums].map(([block, { sum, count }]) => ({
    ...{ x: (block + 0.5) * BLOCK_MINUTES, y: sum / count / 2 ** 20 },
  }));
}
