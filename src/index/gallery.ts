import type { EfKeeper } from "./ef-keeper.js";
import type { Graphs } from "./graphs.js";
import type { ShardReport } from "./messages.js";
import type { Candidate, IndexDriverName } from "./port.js";
import type { PackedEntries, Rows } from "./rows.js";

/** What a gallery is made of, for snapshots of it. */
export interface GalleryParts {
  readonly rows: Rows;
  /** Null where there are no graphs. */
  readonly graphs: Graphs | null;
  readonly efs: EfKeeper;
  /** Grows when a template goes or has another vector: a snapshot of before is none of after. */
  readonly changes: number;
}

/** One gallery inside a worker. What reaches it was checked on the host. */
export interface Gallery {
  readonly templates: number;
  readonly persons: number;
  /** @throws RangeError, with nothing changed, when the memory cannot be had */
  add(entries: PackedEntries): void;
  /** Returns the templates removed. */
  removePerson(personId: string): number;
  /** Returns the templates removed; those that are not there do not count. */
  removeTemplates(templateIds: readonly string[]): number;
  /** The k best persons for each of `count` packed queries, with no score below `atLeast`. */
  search(queries: Float32Array, count: number, k: number, atLeast?: number): Candidate[][];
  /** How it is searched, and how well. */
  report(): Omit<ShardReport, "galleryId">;
  /** True after a search of which something is left to do. */
  readonly hasReplays: boolean;
  /**
   * Does a bounded slice of background work; true while there is more to do.
   * @param isIdle nobody waits: what only measures may be done, too
   */
  upkeep(isIdle: boolean): boolean;
  readonly parts: GalleryParts;
  /** Zeroes and frees everything. */
  wipe(): void;
}

/** Makes an empty gallery of this driver. */
export type GalleryFactory = (driver: IndexDriverName) => Gallery;
