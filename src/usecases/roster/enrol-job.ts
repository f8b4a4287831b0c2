import type { Caller } from "../../access/access.js";
import type { Permit } from "../../base/permit.js";
import type { Suspect } from "../../store/decision-records.js";
import type { LawfulBasis, PersonDetails } from "../../store/person-records.js";
import type { SeenFace } from "../probe.js";

/** One enrolment that the gate permitted, with its faces, on its way into the roster. */
export interface EnrolJob {
  readonly permit: Permit;
  readonly galleryIds: readonly string[];
  readonly purpose: string;
  readonly details: PersonDetails;
  readonly lawfulBasis: LawfulBasis;
  readonly retentionDeadlineMs: number;
  /** At least one. Whoever made the job zeroes them. */
  readonly faces: readonly SeenFace[];
  /** The caller's own; empty when none was given. */
  readonly requestId: string;
  /** 32 bytes; null when none was given. */
  readonly requestKey: Uint8Array | null;
  readonly resolution: Resolution | null;
  /** Put into the review list when it is a likely duplicate, as the bulk path does. */
  readonly reviewed: boolean;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** What the caller says about a likely duplicate. */
export type Resolution =
  | { readonly kind: "link"; readonly personId: string }
  | { readonly kind: "distinct"; readonly personIds: readonly string[]; readonly reason: string }
  | { readonly kind: "review"; readonly reviewId: string };

export interface EnrolledTemplate extends Omit<SeenFace, "embedding" | "landmarks" | "box"> {
  readonly templateId: string;
  readonly box: SeenFace["box"];
}

/** How a job ended well. Stored and searchable; on record once `recorded` resolves. */
export interface Enrolled {
  /** Who the templates belong to. */
  readonly personId: string;
  /** The enrolment itself, which may have been linked to another. */
  readonly rowId: string;
  readonly templates: readonly EnrolledTemplate[];
  /** True when this request id had done it before. */
  readonly already: boolean;
  /** The merge by which it was linked; empty when it was not. */
  readonly mergeId: string;
  readonly recorded: Promise<unknown>;
}

/** A likely duplicate, refused: the error of the job. */
export class DuplicateSuspected extends Error {
  /** Best first. */
  readonly suspects: readonly Suspect[];
  /** Where it waits for a decision; empty when it does not. */
  readonly reviewId: string;
  readonly recorded: Promise<unknown>;

  constructor(suspects: readonly Suspect[], reviewId: string, recorded: Promise<unknown>) {
    super("a likely duplicate");
    this.name = "DuplicateSuspected";
    this.suspects = suspects;
    this.reviewId = reviewId;
    this.recorded = recorded;
  }
}
