import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

/** Longest duration told apart, microseconds: two minutes. Longer ones count as this. */
const LONGEST_MICROS = 120_000_000;

/** Durations in a high dynamic range histogram: three digits kept, microseconds to minutes. */
export interface Recorder {
  record(milliseconds: number): void;
  /** A text that another process can read with `readRecorder`. */
  encode(): string;
  add(other: Recorder): void;
  readonly count: number;
  /** Milliseconds. NaN while nothing is recorded. @param share 0 to 1 */
  quantile(share: number): number;
  readonly histogram: Histogram;
}

export function createRecorder(): Recorder {
  return wrap(
    build({
      bitBucketSize: 64,
      highestTrackableValue: LONGEST_MICROS,
      numberOfSignificantValueDigits: 3,
    }),
  );
}

/** @throws Error when the text is not one of `encode()` */
export function readRecorder(text: string): Recorder {
  return wrap(decodeFromCompressedBase64(text, 64));
}

/** All of them as one. */
export function mergeRecorders(texts: readonly string[]): Recorder {
  const merged = createRecorder();
  for (const text of texts) merged.add(readRecorder(text));
  return merged;
}

function wrap(histogram: Histogram): Recorder {
  return {
    histogram,
    record(milliseconds) {
      const micros = Math.max(1, Math.round(milliseconds * 1_000));
      histogram.recordValue(Math.min(LONGEST_MICROS, micros));
    },
    encode: () => encodeIntoCompressedBase64(histogram),
    add: (other) => histogram.add(other.histogram),
    get count() {
      return histogram.totalCount;
    },
    quantile(share) {
      if (histogram.totalCount === 0) return Number.NaN;
      return histogram.getValueAtPercentile(share * 100) / 1_000;
    },
  };
}

/** What a table says of a distribution, milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export function latencyOf(recorder: Recorder): Latency {
  return {
    count: recorder.count,
    p50: recorder.quantile(0.5),
    p99: recorder.quantile(0.99),
    p999: recorder.quantile(0.999),
    max: recorder.quantile(1),
  };
}
