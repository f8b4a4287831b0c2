/**
 * What was decided about who is one and the same person. Times are milliseconds since the epoch,
 * UTC.
 */

/** The decision that some rows are of the same person. */
export interface Merge {
  readonly mergeId: string;
  /** Who they are from now on. */
  readonly personId: string;
  /** Who turned out to be the same, as they were named in the decision. */
  readonly duplicatePersonId: string;
  /** Every row that this merge moved: the duplicate, and what had been merged into it. */
  readonly movedIds: readonly string[];
  readonly reason: string;
  readonly decidedBy: string;
  readonly mergedAtMs: number;
  /** Null while it stands. */
  readonly undoneAtMs: number | null;
}

/** The decision that two persons who look alike are two. */
export interface DistinctPair {
  /** The lesser id first. */
  readonly personIds: readonly [string, string];
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAtMs: number;
}

export const reviewDecisions = ["", "LINK", "DISTINCT", "DISMISS"] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];

export interface Suspect {
  readonly personId: string;
  /** Cosine, to two decimals. */
  readonly score: number;
}

/** A likely duplicate that the bulk path did not enrol. Holds no biometric data. */
export interface Review {
  readonly reviewId: string;
  readonly requestId: string;
  readonly galleryIds: readonly string[];
  readonly suspects: readonly Suspect[];
  readonly createdAtMs: number;
  /** Empty while it is open. */
  readonly decision: ReviewDecision;
  /** Empty unless the decision is LINK. */
  readonly linkToPersonId: string;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAtMs: number | null;
}
