import type { AuditVerification, ChainHead } from "./audit.js";
import type { AuditErrorCode } from "./audit-error.js";
import type { IndexContent } from "./memory-index.js";
import type { Segment } from "./segments.js";

/** What is done in a thread of its own, because it would hold the server up. */
export interface Jobs {
  /** Checks a whole log up to a record. */
  verify: {
    readonly order: { readonly directory: string; readonly until: ChainHead };
    readonly result: AuditVerification;
  };
  /** Writes the index of a file that was just closed. */
  seal: {
    readonly order: {
      readonly path: string;
      readonly content: IndexContent;
      readonly lastHash: string;
    };
    readonly result: null;
  };
  /** Makes the index of a closed file anew. False when the file is damaged. */
  rebuild: { readonly order: { readonly segment: Segment }; readonly result: boolean };
}

export type JobKind = keyof Jobs;

export type Job = { readonly [K in JobKind]: { readonly kind: K } & Jobs[K]["order"] }[JobKind];

/** What the thread answers, once. */
export type JobAnswer =
  | { readonly ok: true; readonly result: Jobs[JobKind]["result"] }
  | {
      readonly ok: false;
      /** Null when it was no AuditError. */
      readonly code: AuditErrorCode | null;
      readonly message: string;
    };
