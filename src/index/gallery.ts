import type { Candidate } from "./port.js";
import type { PackedEntries } from "./rows.js";

/** One gallery inside a worker. What reaches it was checked on the host. */
export interface Gallery {
  readonly templates: number;
  readonly persons: number;
  /** @throws RangeError, with nothing changed, when the memory cannot be had */
  add(entries: PackedEntries): void;
  /** Returns the templates removed. */
  removePerson(personId: string): number;
  /**
   * The k best persons for one query of a packed batch.
   * @param query index of the query in `queries`
   */
  search(queries: Float32Array, query: number, k: number): Candidate[];
  /** Does a bounded slice of background work; true while there is more to do. */
  upkeep(): boolean;
  /** Zeroes and frees everything. */
  wipe(): void;
}

/** Makes an empty gallery of one driver. */
export type GalleryFactory = () => Gallery;
