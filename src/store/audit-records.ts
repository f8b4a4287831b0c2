/** What the store keeps so that it and the audit can be held against one another. */

/**
 * A position up to which store and audit are known to agree: every row at or before the two
 * sequence numbers is on record at or before the audit's one.
 */
export interface Mark {
  readonly auditSeq: number;
  /** Hash of that audit record. */
  readonly auditHash: string;
  /** `seq` of the newest template row. */
  readonly templateSeq: number;
  /** `seq` of the newest erasure. */
  readonly erasureSeq: number;
  readonly markedAtMs: number;
}

/** Plain JSON. */
export type PendingJson =
  | string
  | number
  | boolean
  | null
  | readonly PendingJson[]
  | { readonly [key: string]: PendingJson };

/**
 * What the audit is to say of a change, kept in the same commit as the change: should the server
 * be killed before the audit has it, the next start knows what to record.
 */
export interface PendingRecord {
  /** Random; in the audit's record, too. */
  readonly changeId: string;
  readonly changedAtMs: number;
  readonly act: string;
  readonly actor: { readonly name: string; readonly role: string; readonly address: string };
  readonly details: Readonly<Record<string, PendingJson>>;
}
