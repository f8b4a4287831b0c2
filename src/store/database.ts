import type { Generated, Kysely, SqliteDatabase } from "kysely";
import type { Writer } from "./writer.js";

/** The tables, as the newest migration leaves them. Times are milliseconds since the epoch. */
export interface Database {
  operator: OperatorTable;
  zones: ZoneTable;
  signs: SignTable;
  cameras: CameraTable;
  galleries: GalleryTable;
  authorisations: AuthorisationTable;
  records: RecordTable;
  record_zones: RecordZoneTable;
  persons: PersonTable;
  memberships: MembershipTable;
  templates: TemplateTable;
  requests: RequestTable;
  merges: MergeTable;
  merge_parties: MergePartyTable;
  distinct_pairs: DistinctPairTable;
  reviews: ReviewTable;
  review_suspects: ReviewSuspectTable;
  erasures: ErasureTable;
  erased_rows: ErasedRowTable;
  filing_events: FilingEventTable;
  work_calendars: WorkCalendarTable;
  handling_rules: HandlingRulesTable;
  day_counts: DayCountTable;
  pending_records: PendingRecordTable;
  meta: MetaTable;
  index_state: IndexStateTable;
}

/** One row at most. */
interface OperatorTable {
  /** Always 1. */
  id: number;
  /** JSON of `Operator`. */
  body: string;
}

interface ZoneTable {
  zone_id: string;
  /** JSON of `Zone`, but for its polygons. */
  body: string;
  /** Its polygons, as `PackedZone` has them. */
  geometry: Uint8Array;
}

interface SignTable {
  zone_id: string;
  sign_id: string;
  /** JSON of `Sign`. */
  body: string;
}

interface CameraTable {
  camera_id: string;
  zone_id: string;
  /** JSON of `Camera`. */
  body: string;
  /** Null while it is not known; else no other camera's. */
  device_identity: string | null;
}

interface GalleryTable {
  gallery_id: string;
  /** JSON of `Gallery`. */
  body: string;
}

interface AuthorisationTable {
  gallery_id: string;
  zone_id: string;
  purpose: string;
  authorised_at_ms: number;
}

interface RecordTable {
  /** A `RecordKind`. */
  kind: string;
  key: string;
  /** JSON of the record of that kind. */
  body: string;
}

interface RecordZoneTable {
  kind: string;
  key: string;
  /** Null for a record that concerns every zone. */
  zone_id: string | null;
}

interface PersonTable {
  /** Order of insertion, and what belongs to the row goes by it. */
  seq: Generated<number>;
  person_id: string;
  wrapped_key: Uint8Array;
  key_version: number;
  /** Null, or a row of which it is null. */
  merged_into: string | null;
  request_key: Uint8Array | null;
  sealed_details: Uint8Array;
  /** JSON of `LawfulBasis`. */
  lawful_basis: string;
  retention_deadline_ms: number;
  created_at_ms: number;
  /** JSON of ids, as the memberships have them, ascending. They never change. */
  gallery_ids: string;
}

/** A row's place in a gallery. */
interface MembershipTable {
  gallery_id: string;
  /** Of what the row is merged into, or of the row itself. */
  root_seq: number;
  person_seq: number;
  /** How many the row has. */
  templates: number;
}

interface TemplateTable {
  /** Order of insertion, never used twice: the scan pages by it. */
  seq: Generated<number>;
  person_seq: number;
  template_id: string;
  model_pack: string;
  sealed: Uint8Array;
  created_at_ms: number;
}

/** Request keys that were used. */
interface RequestTable {
  /** `requestDigest` of the key. */
  digest: Uint8Array;
  person_id: string;
  /** 1 when the row is gone, else 0. */
  erased: number;
}

interface MergeTable {
  merge_id: string;
  merged_at_ms: number;
  /** JSON of `Merge`. */
  body: string;
}

/** A row that a merge names or moved. */
interface MergePartyTable {
  person_id: string;
  merge_id: string;
}

interface DistinctPairTable {
  lesser_id: string;
  greater_id: string;
  reason: string;
  decided_by: string;
  decided_at_ms: number;
}

interface ReviewTable {
  review_id: string;
  created_at_ms: number;
  /** Null while it is open, then 1. */
  closed: number | null;
  /** JSON of `Review`. */
  body: string;
}

/** A suspect of an open review. */
interface ReviewSuspectTable {
  person_id: string;
  review_id: string;
}

interface ErasureTable {
  /** Order in which they were kept, never used twice. */
  seq: Generated<number>;
  erasure_id: string;
  /** JSON of `Erasure`, but for its bytes. */
  body: string;
  signature: Uint8Array;
  public_key: Uint8Array;
}

/** A row that went with an erasure. */
interface ErasedRowTable {
  row_id: string;
  erasure_seq: number;
}

interface FilingEventTable {
  /** Order in which they were appended, never used twice. */
  seq: Generated<number>;
  /** `THRESHOLD_REACHED` at most once. */
  kind: string;
  /** JSON of `FilingEvent`. */
  body: string;
}

interface WorkCalendarTable {
  year: number;
  /** JSON of `WorkCalendar`. */
  body: string;
}

/** One row at most. */
interface HandlingRulesTable {
  /** Always 1. */
  id: number;
  /** JSON of `HandlingRules`. */
  body: string;
}

interface DayCountTable {
  /** YYYY-MM-DD, Asia/Shanghai. */
  day: string;
  persons: number;
}

interface PendingRecordTable {
  /** Order in which the changes were made. */
  seq: Generated<number>;
  change_id: string;
  /** JSON of `PendingRecord`. */
  body: string;
}

interface MetaTable {
  /** `instance` or `mark`. */
  key: string;
  value: string;
}

/** One row. */
interface IndexStateTable {
  /** Always 1. */
  id: number;
  /** Random; replaced by triggers (migrations/0006-index-position.ts). */
  token: Uint8Array;
}

/** What each group of tables works with: reads go to `db`, writes through `writer`. */
export interface Tables {
  readonly db: Kysely<Database>;
  readonly writer: Pick<Writer<Database>, "run">;
  /** The same database, for queries that are compiled once. Only within a write. */
  readonly statements: SqliteDatabase;
}
