/** What is kept of erasures, for good. */

export const erasureCauses = ["ERASURE", "CONSENT_WITHDRAWN", "RETENTION_EXPIRED"] as const;
export type ErasureCause = (typeof erasureCauses)[number];

/** That somebody was erased, kept for good: ids and times, nothing about the person. */
export interface Erasure {
  readonly erasureId: string;
  readonly personId: string;
  /** Every row that went, the person's own among them unless only a merged one expired. */
  readonly rowIds: readonly string[];
  readonly cause: ErasureCause;
  readonly templates: number;
  readonly erasedAtMs: number;
  /** Canonical JSON that was signed. */
  readonly receipt: string;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}
