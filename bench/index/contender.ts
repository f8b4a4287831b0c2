import type { ChurnReply, ContenderSetup, SnapshotReply } from "./protocol.js";
import type { Rows } from "./rows-file.js";

/** One library under test, as its process sees it. Rows are known by their number. */
export interface Contender {
  /** Takes every row. Returns what there is to know of it. */
  build(gallery: Rows): Promise<{
    readonly note: string;
    readonly settings: readonly string[];
    /** What the library says it holds, bytes; null when it does not say. */
    readonly reportedBytes: number | null;
  }>;
  use(setting: string): Promise<void>;
  /** The nearest row of each probe, -1 for none. @param probes by number */
  nearest(probes: readonly number[]): Promise<number[]>;
  /** Answers probes on all threads for about so long, and says how many. */
  saturate(seconds: number): Promise<number>;
  churn?(times: number): Promise<ChurnReply>;
  /** Saves everything, sealed, forgets it, and opens it again. */
  snapshot?(): Promise<SnapshotReply>;
  close(): Promise<void>;
}

/** Every probe, ready to be sent. */
export type Probes = readonly Float32Array[];

export type OpenContender = (setup: ContenderSetup, probes: Probes) => Promise<Contender>;

/**
 * Keeps calls of some probes each under way for a while.
 *
 * @param probes how many there are
 * @param batch probes in one call
 * @param call given the probes' numbers
 * @returns probes answered
 */
export async function keepBusy(
  probes: number,
  batch: number,
  inFlight: number,
  seconds: number,
  call: (numbers: readonly number[]) => Promise<unknown> | unknown,
): Promise<number> {
  const ends = performance.now() + seconds * 1_000;
  let next = 0;
  let answered = 0;
  async function caller(): Promise<void> {
    while (performance.now() < ends) {
      const numbers = Array.from({ length: batch }, (_, at) => (next + at) % probes);
      next = (next + batch) % probes;
      await call(numbers);
      answered += batch;
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller));
  return answered;
}

/** Probes handed to a library in one call, where it takes many. */
export const BATCH = 64;

/** Values of ef, or of what plays its part, that are tried in turn. */
export function efLadder(most: number): string[] {
  const ladder = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048];
  return ladder.filter((ef) => ef <= most).map(String);
}
