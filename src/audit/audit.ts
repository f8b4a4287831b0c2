/**
 * What happened. Records are hash-chained and durable before the answer that they are about
 * leaves. They never hold biometric content.
 */
export interface AuditEvent {
  /** For example `identify`, `enrol`, `erase`, `zone.activate`. */
  readonly act: string;
  /** Who asked: the caller's name, role and address. */
  readonly actor: AuditActor;
  /** What it was about and how it ended; plain JSON, no vectors, no pixels, no names of people. */
  readonly details: Readonly<Record<string, JsonValue>>;
}

export interface AuditActor {
  readonly name: string;
  readonly role: string;
  readonly address: string;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface Audit {
  /**
   * Resolves when the record is on the disk, with its sequence number. Concurrent records share
   * one flush (group commit).
   */
  append(event: AuditEvent): Promise<number>;
  close(): Promise<void>;
}
