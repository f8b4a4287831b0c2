/** Who is enrolled, and on what. Times are milliseconds since the epoch, UTC. */

/** Art. 6 and 8: separate consent with its evidence, or a named law. */
export type LawfulBasis =
  | {
      readonly kind: "consent";
      readonly givenAtMs: number;
      readonly evidenceSha256: string;
      readonly noticeId: string;
      readonly noticeVersion: number;
      readonly channel: string;
      /** A parent's or other guardian's consent; null when none is needed (Art. 7). */
      readonly guardian: {
        readonly relation: string;
        readonly givenAtMs: number;
        readonly evidenceSha256: string;
      } | null;
    }
  | { readonly kind: "law"; readonly citation: string };

/**
 * One enrolment as stored. The sealed fields open only through the vault. A person is such a row
 * with `mergedInto` null, and all rows that were merged into it: each has a data key, a lawful
 * basis and a retention deadline of its own.
 */
export interface PersonRow {
  readonly personId: string;
  /** The row's data key, wrapped by the key-encryption key. */
  readonly wrappedKey: Uint8Array;
  /** Version of the key-encryption key that wrapped it, from 1. */
  readonly keyVersion: number;
  /** Who this is, when it was found to be another enrolled person; that one is not merged. */
  readonly mergedInto: string | null;
  /** SHA-256 of the caller and the request id, 32 bytes; null when none was given. */
  readonly requestKey: Uint8Array | null;
  /** Sealed JSON of `PersonDetails`. */
  readonly sealedDetails: Uint8Array;
  readonly lawfulBasis: LawfulBasis;
  readonly retentionDeadlineMs: number;
  readonly createdAtMs: number;
  readonly galleryIds: readonly string[];
}

export const ageBands = ["UNDER_14", "14_TO_17", "ADULT"] as const;
export type AgeBand = (typeof ageBands)[number];

/** Identifying fields, only ever stored sealed. */
export interface PersonDetails {
  readonly displayName: string;
  readonly externalReference: string;
  /** YYYY-MM-DD, or empty. */
  readonly birthDate: string;
  /** As it was given at enrolment; empty when it was not. */
  readonly ageBand: AgeBand | "";
  /**
   * SHA-256 of the whole request, lower-case hex, so that a request id used for another one is
   * noticed; empty when there was no request id. Sealed, since it would tell a guessed name.
   */
  readonly requestDigest: string;
}

export interface TemplateRow {
  readonly templateId: string;
  readonly personId: string;
  /** Pack that made it; templates of different packs are never compared. */
  readonly modelPack: string;
  /** Sealed little-endian float32 embedding, unit length. */
  readonly sealed: Uint8Array;
  readonly createdAtMs: number;
}
