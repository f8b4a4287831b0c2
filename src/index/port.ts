import type { Permit } from "../base/permit.js";

/** One template as the index holds it. */
export interface IndexEntry {
  readonly templateId: string;
  readonly personId: string;
  /** Unit length, `dimension` finite floats. Copied; the caller may zero it afterwards. */
  readonly vector: Float32Array;
}

/** A person found, with the exact cosine (float32) of the best of their templates. */
export interface Candidate {
  readonly personId: string;
  readonly templateId: string;
  /** -1 to 1. */
  readonly score: number;
}

/** What a search of the roster asks for. */
export interface RosterSearch {
  /** Persons for each query at most, 1 to 100. */
  readonly k: number;
  /** Least score of an answer, -1 to 1. All there are when it is left out, which takes longer. */
  readonly atLeast?: number;
}

/** Pairs of several vectors. */
export interface AlikePairs {
  /** Two positions for each pair, the lesser first. */
  readonly positions: Uint32Array;
  /** The exact cosine of each pair. */
  readonly scores: Float32Array;
}

export interface GalleryStats {
  readonly persons: number;
  readonly templates: number;
  readonly driver: IndexDriverName;
}

/** How a part of a gallery is searched. */
export const searchMethods = ["exact", "hnsw"] as const;
export type SearchMethod = (typeof searchMethods)[number];

/** What is searched in one way, in all workers. */
export interface MethodReport {
  /** Galleries, the roster aside; by a graph when any part of one is. */
  readonly galleries: number;
  readonly templates: number;
  /** Memory held: rows, vectors, ids and graphs. */
  readonly bytes: number;
  /** Real queries answered again exactly, in idle time, since the workers started. */
  readonly replayed: number;
  /** Those of them whose best score was the true best. */
  readonly agreed: number;
}

/** How one gallery is searched. */
export interface GalleryReport extends Omit<MethodReport, "galleries"> {
  readonly galleryId: string;
  readonly persons: number;
  /** Each worker picks for its own part; empty for a gallery without templates. */
  readonly methods: readonly SearchMethod[];
  /** Why, in sentences for operators. */
  readonly reasons: readonly string[];
}

/** How the index works at the moment. */
export interface IndexReport {
  /** What scans; all workers' the same, but while a build is replaced under them. */
  readonly kernels: readonly string[];
  /** Kernels that would be quicker and are not used, with the reasons; the same for all. */
  readonly passedOver: readonly string[];
  /** Workers that run. */
  readonly workers: number;
  readonly methods: Readonly<Record<SearchMethod, MethodReport>>;
  /** Those that were asked for. */
  readonly galleries: readonly GalleryReport[];
}

/** Most galleries that one report tells of. */
export const galleriesReportedMax = 100;

/** What an operator may ask for: one method, or whichever is measured to be quicker. */
export const indexDriverNames = ["auto", "exact", "hnsw"] as const;
export type IndexDriverName = (typeof indexDriverNames)[number];

/**
 * Id of the gallery that everybody is in, beside those that callers know. It is created and filled
 * as any other, is always exact, and is searched by `searchRoster` alone.
 */
export const rosterId = "*";

export interface AddOptions {
  /**
   * True when none of these templates was in this gallery under another person before: ids that
   * were just made. Then nobody is asked to give them up, which costs as much as a small addition.
   */
  readonly neverMoved?: boolean;
}

/**
 * Galleries of embeddings that can be searched. Each gallery is its own index. Drivers run in
 * workers; every input is checked before it crosses, since a native index aborts on bad input.
 */
export interface FaceIndex {
  /** Length of every vector. */
  readonly dimension: number;
  createGallery(galleryId: string): Promise<void>;
  dropGallery(galleryId: string): Promise<void>;
  /** Searchable when the promise resolves. Adding a templateId again replaces it. */
  add(galleryId: string, entries: readonly IndexEntry[], options?: AddOptions): Promise<void>;
  /**
   * Unsearchable when the promise resolves, and gone from memory: every place where the index
   * keeps a vector of theirs, a graph's own among them, was overwritten. (Not within its reach:
   * what a native library frees, a graph that was replaced for instance, is not wiped before the
   * allocator uses it again.) Returns the templates removed, 0 for a person who is not there.
   */
  removePerson(galleryId: string, personId: string): Promise<number>;
  /** The same for some templates, whoever they belong to. */
  removeTemplates(galleryId: string, templateIds: readonly string[]): Promise<number>;
  /**
   * Forgets all that it holds of a gallery, which may differ from the durable truth, as when a
   * worker ends: searches of it fail until it is filled again. Nothing for one that is not there.
   */
  lose(galleryId: string): void;
  /**
   * The k nearest persons of one gallery, best first, several templates of a person as one;
   * equal scores by personId. Sees everything added and removed before it was called.
   * @param queries each unit length, `dimension` floats; copied
   * @param k 1 to 100
   * @throws CordonError NOT_FOUND for a gallery that does not exist, INVALID_ARGUMENT for a vector
   *   of another length or not finite, RESOURCE_EXHAUSTED QUEUE_FULL, UNAVAILABLE WORKER_FAILED
   *   for a gallery that was lost with its worker, CANCELLED and DEADLINE_EXCEEDED by the signal
   * @throws Error for a permit that is forged, expired, of another gallery or an enrolment's, and
   *   for the roster
   */
  search(
    permit: Permit,
    galleryId: string,
    queries: readonly Float32Array[],
    k: number,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Candidate[])[]>;
  /**
   * The nearest of all enrolled persons, for the duplicate check of enrolments. Exact whatever
   * the driver of the galleries is. `permits[i]` is the enrolment's that asks for `queries[i]`.
   * @throws as `search` does; Error for a permit that is not an enrolment's
   */
  searchRoster(
    permits: readonly Permit[],
    queries: readonly Float32Array[],
    wanted: RosterSearch,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Candidate[])[]>;
  /**
   * Which of these are alike, for enrolments that are under way together: every two of them with
   * a cosine of `atLeast` or more, exactly, each pair once.
   * @param from pairs of which both come before this position are left out; default 0
   * @throws as `searchRoster` does
   */
  compare(
    permits: readonly Permit[],
    queries: readonly Float32Array[],
    atLeast: number,
    from?: number,
  ): Promise<AlikePairs>;
  stats(galleryId: string): GalleryStats | null;
  /**
   * How the index works at the moment; takes a turn of every worker.
   * @param galleries tell of these too, those that exist; or of so many of the largest
   * @throws CordonError INVALID_ARGUMENT for more than `galleriesReportedMax` of them
   */
  report(galleries: readonly string[] | number): Promise<IndexReport>;
  close(): Promise<void>;
}
