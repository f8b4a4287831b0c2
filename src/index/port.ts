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

export interface GalleryStats {
  readonly persons: number;
  readonly templates: number;
  readonly driver: IndexDriverName;
}

export const indexDriverNames = ["exact", "hnsw"] as const;
export type IndexDriverName = (typeof indexDriverNames)[number];

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
  add(galleryId: string, entries: readonly IndexEntry[]): Promise<void>;
  /** Unsearchable, and gone from memory, when the promise resolves. Returns templates removed. */
  removePerson(galleryId: string, personId: string): Promise<number>;
  /**
   * The k nearest persons of one gallery, best first, several templates of a person as one.
   * @param queries each unit length, `dimension` floats
   * @param k 1 to 100
   * @throws CordonError NOT_FOUND for a gallery that does not exist, CANCELLED and
   *   DEADLINE_EXCEEDED by the signal
   */
  search(
    permit: Permit,
    galleryId: string,
    queries: readonly Float32Array[],
    k: number,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Candidate[])[]>;
  stats(galleryId: string): GalleryStats | null;
  close(): Promise<void>;
}
