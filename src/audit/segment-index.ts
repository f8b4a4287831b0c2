/**
 * Which records of one file may be what a query asks for. Records are meant by their position in
 * the file, from 0. An index may name too many and never too few: whoever asks reads the records.
 */
export interface SegmentIndex {
  /** Records that it knows. */
  readonly records: number;
  /** Positions from the first to before the second: none outside is of that time. */
  timeRange(fromMs: number, untilMs: number): readonly [number, number];
  /**
   * Positions in `from` to before `to`, ascending, whose record may have a term of every list.
   * @param terms hashes (terms.ts); without any list there is nothing to ask
   */
  find(terms: readonly (readonly number[])[], from: number, to: number): Promise<Uint32Array>;
  /** Where the lines `from` to before `to` begin in the file, and where the last of them ends. */
  offsets(from: number, to: number): Promise<Uint32Array>;
}

/** A time is kept for every so many records. */
export const timeStride = 256;

/** Times of every 256th record, and whether all records are in the order of their times. */
export interface TimeTable {
  readonly times: Float64Array;
  readonly inOrder: boolean;
}

/** The positions that `SegmentIndex.timeRange` gives. */
export function timeRangeOf(
  { times, inOrder }: TimeTable,
  records: number,
  fromMs: number,
  untilMs: number,
): readonly [number, number] {
  // A log of a version that did not keep the order is searched whole.
  if (!inOrder) return [0, records];
  // Before a kept time that is too early, all are.
  const early = firstAtLeast(times, fromMs) - 1;
  const late = firstAtLeast(times, untilMs);
  return [Math.max(0, early) * timeStride, Math.min(records, late * timeStride)];
}

/** Positions that are in both lists; both ascending. */
export function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) both[count++] = left;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  return both.subarray(0, count);
}

/** The positions of several lists, ascending, each once. */
export function union(lists: readonly Uint32Array[]): Uint32Array {
  const [only, ...others] = lists;
  if (only === undefined) return new Uint32Array(0);
  if (others.length === 0) return only;
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const list of lists) {
    all.set(list, count);
    count += list.length;
  }
  return dedupe(all.sort());
}

/** Leaves each position once, in a list in order; in place. */
export function dedupe(list: Uint32Array): Uint32Array {
  let count = 0;
  for (let at = 0; at < list.length; at++) {
    const value = list[at] ?? 0;
    if (at === 0 || value !== list[count - 1]) list[count++] = value;
  }
  return list.subarray(0, count);
}

function firstAtLeast(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
