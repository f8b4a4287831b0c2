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

/** A place in the chain: the sequence number and hash of one record. */
export interface ChainHead {
  /** 0 before the first record. */
  readonly seq: number;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

/** A record as it stands in the log. */
export interface AuditRecord extends AuditEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  /** When it was appended, by the server's clock; never less than that of the one before. */
  readonly timeMs: number;
}

/** A record with its line: `{"hash":"...","record":...}` without the newline. */
export interface AuditLine {
  readonly record: AuditRecord;
  readonly hash: string;
  readonly line: string;
}

/** All that is given must hold. */
export interface AuditFilter {
  readonly fromMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  readonly zoneId?: string;
  readonly cameraId?: string;
  /** Enrolled, erased, changed, or a candidate of a query. Several: any of them. */
  readonly personIds?: readonly string[];
  readonly actor?: string;
  /** A whole act, or the beginning of several with a dot at its end. */
  readonly act?: string;
  readonly reason?: string;
}

/** A place in the chain with the instance and the time, signed, to be kept elsewhere. */
export interface SignedCheckpoint {
  /** Canonical JSON. */
  readonly payload: string;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export type AuditVerification =
  | {
      readonly ok: true;
      /** Records checked. */
      readonly records: number;
      /** Signed checkpoints checked. */
      readonly checkpoints: number;
      /** The oldest record still kept; 1 until the first files were pruned. */
      readonly firstSeq: number;
      readonly head: ChainHead;
      /** Bytes of a last record whose write was cut short, which the next open cuts away. */
      readonly tornBytes: number;
    }
  | { readonly ok: false; readonly broken: BrokenRecord };

/** The first record that is not what was written. */
export interface BrokenRecord {
  /** The sequence number that is expected there. */
  readonly seq: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Where the line begins in its file. */
  readonly offsetBytes: number;
  readonly fault: string;
}

export interface Audit {
  /**
   * Resolves when the record is on the disk, with its sequence number. Concurrent records share
   * one write (group commit).
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL; UNAVAILABLE CLOCK_BACKWARDS when the clock
   *   went back behind the newest record by more than a few minutes
   * @throws AuditError WRITE_FAILED, CLOSED or EVENT_INVALID
   */
  append(event: AuditEvent): Promise<number>;
  /** The last record on the disk. */
  head(): ChainHead;
  /** The same, signed. */
  signedHead(): SignedCheckpoint;
  /** The hash of one record, or null when there is none such (any more). */
  hashOf(seq: number): Promise<string | null>;
  /**
   * Records that fit, oldest first, as they were when it was called; by an index, so that few are
   * read. @param afterSeq only those after it; 0 for all
   */
  query(filter: AuditFilter, afterSeq: number): AsyncIterable<AuditLine>;
  /** Checks every record up to the last one that was on the disk when the check began. */
  verify(signal?: AbortSignal): Promise<AuditVerification>;
  /**
   * The files as they are now, oldest first, each with its whole and durable size: for a back-up.
   */
  files(): Promise<
    readonly { readonly path: string; readonly name: string; readonly sizeBytes: number }[]
  >;
  close(): Promise<void>;
}
