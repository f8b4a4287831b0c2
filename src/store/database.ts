import type { Generated, Kysely } from "kysely";
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
  person_id: string;
  wrapped_key: Uint8Array;
  sealed_details: Uint8Array;
  /** JSON of `LawfulBasis`. */
  lawful_basis: string;
  retention_deadline_ms: number;
  created_at_ms: number;
}

interface MembershipTable {
  gallery_id: string;
  person_id: string;
}

interface TemplateTable {
  /** Order of insertion, never used twice: the scan pages by it. */
  seq: Generated<number>;
  template_id: string;
  person_id: string;
  model_pack: string;
  sealed: Uint8Array;
  created_at_ms: number;
}

/** What each group of tables works with: reads go to `db`, writes through `writer`. */
export interface Tables {
  readonly db: Kysely<Database>;
  readonly writer: Writer<Database>;
}
