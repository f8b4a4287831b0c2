/**
 * How the suite talks with a contender, which runs in a process of its own, in whatever language:
 * one JSON text a line, requests on stdin, replies on stdout after `@@`. Other lines that a library
 * prints are ignored.
 */

/** What a contender is started with, as JSON in its last argument. */
export interface ContenderSetup {
  /** Which contender of its program. */
  readonly contender: string;
  /** Float32 rows of unit length, row after row, in this machine's byte order. */
  readonly galleryFile: string;
  readonly probesFile: string;
  readonly persons: number;
  readonly probes: number;
  readonly dimension: number;
  /** Threads it may use. */
  readonly threads: number;
  /** A folder of its own, for what it must write. */
  readonly scratch: string;
  /** Nearest persons asked for. */
  readonly k: number;
}

export type ContenderRequest =
  | { readonly do: "build" }
  | { readonly do: "use"; readonly setting: string }
  | { readonly do: "answers" }
  | { readonly do: "throughput"; readonly seconds: number }
  | { readonly do: "lone"; readonly queriesMax: number; readonly secondsMax: number }
  | { readonly do: "churn"; readonly times: number }
  | { readonly do: "snapshot" }
  | { readonly do: "close" };

export interface BuildReply {
  readonly seconds: number;
  /** Resident memory before and after, bytes. */
  readonly residentBefore: number;
  readonly residentAfter: number;
  /** What the library itself says it holds, bytes; null when it does not say. */
  readonly reportedBytes: number | null;
  /** What there is to know of how it was built. */
  readonly note: string;
  /** What trades recall for speed, from the quickest; one when there is nothing to trade. */
  readonly settings: readonly string[];
}

export interface AnswersReply {
  /** The row found nearest, for each probe; -1 when none was found. */
  readonly rows: readonly number[];
}

export interface ThroughputReply {
  readonly queries: number;
  readonly seconds: number;
  /** Processor time of the whole process, seconds. */
  readonly cpuSeconds: number;
}

export interface LoneReply {
  /** One after another, each alone, microseconds. */
  readonly micros: readonly number[];
}

/** Null when a contender has no such thing to show. */
export interface ChurnReply {
  /** Until an added person is found, microseconds, in the same turn. */
  readonly addMicros: readonly number[];
  /** Until an erased person is found no more, microseconds. */
  readonly removeMicros: readonly number[];
  /** Added persons that a search right after did not find. Must be 0. */
  readonly notFound: number;
  /** Erased persons that a search right after still found. Must be 0. */
  readonly stillFound: number;
}

/** Null when a contender has no such thing to show. */
export interface SnapshotReply {
  readonly sizeBytes: number;
  readonly saveSeconds: number;
  /** By an index that is empty, until it answers. */
  readonly openSeconds: number;
  /** Probes whose nearest is another one afterwards. */
  readonly otherAnswers: number;
}

export interface Replies {
  build: BuildReply;
  use: Record<string, never>;
  answers: AnswersReply;
  throughput: ThroughputReply;
  lone: LoneReply;
  churn: ChurnReply | null;
  snapshot: SnapshotReply | null;
  close: Record<string, never>;
}

/** What a reply's line begins with. */
export const REPLY_MARK = "@@";
