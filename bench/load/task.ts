import type { ArrivalKind } from "./arrivals.js";

/** What one request of a load does. */
export type Operation = "embedding" | "frame" | "enrol" | "erase";

/** What a client process is started with. */
export interface ClientSetup {
  readonly address: string;
  readonly modelPack: string;
  readonly zoneId: string;
  readonly galleryId: string;
  /** The camera that it speaks as. */
  readonly cameraId: string;
  /** Float32 rows of unit length; null when no embeddings are sent. */
  readonly probesFile: string | null;
  readonly probes: number;
  readonly dimension: number;
  /** Files of frames. */
  readonly frames: readonly string[];
  /** Of the persons that it enrols; no two clients have the same. */
  readonly seed: number;
}

/** How requests follow one another. */
export type Pace =
  /** As many as are answered: the most that the server takes. */
  | { readonly kind: "closed"; readonly inFlight: number }
  /** On schedule, whatever becomes of them: what cameras do. */
  | { readonly kind: "open"; readonly perSecond: number; readonly arrivals: ArrivalKind };

/** One piece of work for a client process. */
export interface LoadTask {
  /** Operations in turn, again and again. */
  readonly deck: readonly Operation[];
  readonly pace: Pace;
  /** By how many streams queries go; 0: each in a call of its own. */
  readonly streams: number;
  /** Before anything counts. */
  readonly warmUpSeconds: number;
  /** That count. */
  readonly seconds: number;
  /** Latencies are kept apart for every so many of them; null: all as one. */
  readonly windowSeconds: number | null;
}

/** Latencies of one operation in one window. */
export interface LatencyPart {
  readonly operation: Operation;
  readonly window: number;
  /** For `readRecorder`. */
  readonly histogram: string;
}

export interface LoadReport {
  /** Answered while it counted. */
  readonly answered: number;
  /** Sent in all, and arrivals given up because too many were unanswered. */
  readonly sent: number;
  readonly givenUp: number;
  /** Why requests failed: `frame: RESOURCE_EXHAUSTED QUEUE_FULL` -> how many. */
  readonly failures: Readonly<Record<string, number>>;
  readonly latencies: readonly LatencyPart[];
  /** How late requests were sent, the client's own fault; of an open loop. */
  readonly late: string;
  /** Processor time of the client, seconds, over warm-up and all. */
  readonly cpuSeconds: number;
}

/** What a client process says. */
export type ClientReply =
  | { readonly kind: "ready" }
  | { readonly kind: "report"; readonly report: LoadReport }
  | { readonly kind: "failed"; readonly message: string };
