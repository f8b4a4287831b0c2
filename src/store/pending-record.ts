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
