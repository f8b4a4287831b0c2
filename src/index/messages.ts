import type { PackedAnswers } from "./answers.js";
import type { AlikePairs, IndexDriverName, SearchMethod } from "./port.js";
import type { PackedEntries } from "./rows.js";
import type { SnapshotFile } from "./snapshot/worker-snapshot.js";

/**
 * What the host asks of a worker. A worker answers in the order in which it was asked. It knows a
 * shard of a gallery, `galleryId` here, by the shard's name (shards.ts).
 */
export type Request =
  /** An empty gallery, in the place of one of this name that a failed reload may have left. */
  | { readonly kind: "create"; readonly galleryId: string; readonly driver: IndexDriverName }
  | { readonly kind: "drop"; readonly galleryId: string }
  | { readonly kind: "add"; readonly galleryId: string; readonly entries: PackedEntries }
  | { readonly kind: "remove"; readonly galleryId: string; readonly personId: string }
  | {
      readonly kind: "removeTemplates";
      readonly galleryId: string;
      readonly templateIds: readonly string[];
    }
  | {
      readonly kind: "search";
      readonly galleryId: string;
      /** Packed, `count` vectors. */
      readonly queries: Float32Array;
      readonly count: number;
      readonly k: number;
      /** Least score of an answer. */
      readonly atLeast: number;
    }
  /** Needs no gallery: the vectors are compared with one another. */
  | {
      readonly kind: "compare";
      /** Packed, `count` vectors. */
      readonly queries: Float32Array;
      readonly count: number;
      readonly atLeast: number;
      /** Pairs before this position are left out. */
      readonly from: number;
    }
  /**
   * Writes every shard to a new file, sealed, in idle time. Answered at the end; what is asked
   * meanwhile is answered before.
   */
  | { readonly kind: "save"; readonly file: SnapshotFile }
  /** Makes the shards that such a file holds; they must be among these, and not be there. */
  | {
      readonly kind: "open";
      readonly file: SnapshotFile;
      /** Drivers by the names of shards. */
      readonly drivers: ReadonlyMap<string, IndexDriverName>;
    }
  /** How this worker's shards are searched, and how well; in full those of these names. */
  | { readonly kind: "report"; readonly shards: readonly string[] }
  /** Answered when no background work is left. */
  | { readonly kind: "settle" }
  /** Wipes everything; the thread ends after its answer. */
  | { readonly kind: "close" };

/** How large a gallery is after a request that may have changed it. */
export interface Size {
  readonly persons: number;
  readonly templates: number;
}

/** One gallery's part in one worker. Counts only: nothing in it tells of a vector. */
export interface ShardReport extends Size {
  readonly galleryId: string;
  /** What searches it now. */
  readonly method: SearchMethod;
  /** In a sentence, for operators: "exact: 62 us a search; a graph would take about 410 us". */
  readonly why: string;
  /** Candidates that a search of its graph keeps; null without a graph. */
  readonly ef: number | null;
  /** Real queries answered by the graph and replayed exactly, in idle time, since the start. */
  readonly replayed: number;
  /** Those of them whose best score was the true best. */
  readonly agreed: number;
  /** Memory held for it, bytes: rows, vectors, ids and graph. */
  readonly bytes: number;
}

/** One worker's shards. */
export interface WorkerReport {
  /** What scans. */
  readonly kernel: string;
  /** Kernels that would be quicker and are not used, with the reasons. */
  readonly passedOver: readonly string[];
  /** Sums over the shards that are searched in this way. */
  readonly methods: Readonly<
    Record<SearchMethod, Pick<ShardReport, "templates" | "bytes" | "replayed" | "agreed">>
  >;
  /** Names of the shards that are searched by a graph. */
  readonly graphs: readonly string[];
  /** Those that were asked for, as far as they are here. */
  readonly shards: readonly ShardReport[];
}

/** What became of a request to save. Nothing is left where it failed. */
export type SavedSnapshot =
  | {
      readonly isSaved: true;
      readonly sizeBytes: number;
      /** Graphs that will be built anew: there was no room in memory to write them. */
      readonly graphsLeftOut: number;
    }
  | { readonly isSaved: false; readonly why: string };

/** What became of a request to open. No shard was made where it failed. */
export type OpenedSnapshot =
  | { readonly isOpen: true; readonly shards: readonly (Size & { readonly name: string })[] }
  | { readonly isOpen: false; readonly why: string };

/** What a worker answers, by the request's kind. */
export interface Answers {
  readonly create: null;
  readonly drop: null;
  readonly add: Size;
  readonly remove: Size & { readonly removed: number };
  readonly removeTemplates: Size & { readonly removed: number };
  readonly search: PackedAnswers;
  readonly compare: AlikePairs;
  readonly save: SavedSnapshot;
  readonly open: OpenedSnapshot;
  readonly report: WorkerReport;
  readonly settle: null;
  readonly close: null;
}

export type Answer = Answers[keyof Answers];

export interface Posted {
  readonly id: number;
  readonly request: Request;
}

export type Reply =
  | { readonly id: number; readonly answer: Answer }
  /** The gallery is not in this worker, or there is no memory for what was to be added. */
  | { readonly id: number; readonly failure: Failure };

export type Failure = "absent" | "memory";
