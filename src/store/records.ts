/**
 * The durable records, as every folder above the store speaks of them. Times are milliseconds
 * since the epoch, UTC. Coordinates are degrees, WGS-84.
 */

export const purposes = ["PUBLIC_SAFETY", "PUBLIC_SAFETY_ADMISSION"] as const;
export type Purpose = (typeof purposes)[number];

export type Datum = "WGS84" | "GCJ02" | "BD09";

export interface LatLng {
  readonly latitude: number;
  readonly longitude: number;
}

/** A position as it is used (WGS-84), with what the caller sent when that was another datum. */
export interface Position extends LatLng {
  readonly original?: LatLng & { readonly datum: Datum };
}

/** The personal-information processor that answers for this server. */
export interface Operator {
  readonly name: string;
  readonly contact: string;
  /** Unified social credit code (GB 32100-2015), 18 characters; empty while it is not known. */
  readonly unifiedSocialCreditCode: string;
  /** Province-level region of the authority in charge; empty while it is not known. */
  readonly region: string;
  readonly officers: readonly Officer[];
  /** How often what notices tell of the operator (Art. 5) has changed: see `fingerprint.ts`. */
  readonly noticeRevision: number;
}

export const officerRoles = [
  "LEGAL_REPRESENTATIVE",
  "DATA_PROTECTION_OFFICER",
  "FILING_HANDLER",
] as const;
export type OfficerRole = (typeof officerRoles)[number];

export interface Officer {
  readonly role: OfficerRole;
  readonly name: string;
  readonly contact: string;
}

export type ZoneState = "DRAFT" | "REGISTERED" | "ACTIVE" | "SUSPENDED" | "CLOSED";

/** Public places only: a private space has no name here, so it cannot be chosen (Art. 13). */
export const placeTypes = [
  "STREET_OR_SQUARE",
  "TRANSPORT_HUB",
  "STADIUM_OR_VENUE",
  "SHOPPING_PLACE",
  "SCHOOL_GATE",
  "HOSPITAL_PUBLIC_AREA",
  "PARK_OR_SCENIC_AREA",
  "PUBLIC_BUILDING_LOBBY",
  "BORDER_OR_CHECKPOINT",
] as const;
export type PlaceType = (typeof placeTypes)[number];

export interface Entrance {
  readonly entranceId: string;
  readonly displayName: string;
  readonly position: Position;
}

/** [longitude, latitude], degrees, WGS-84 (RFC 7946 order). */
export type Vertex = readonly [number, number];
/** Closed: the first vertex is repeated at the end. */
export type Ring = readonly Vertex[];
/** The outer ring, then the holes. */
export type Polygon = readonly Ring[];

/** A geofence that was checked when its zone was registered. */
export interface Geofence {
  readonly polygons: readonly Polygon[];
  readonly original?: { readonly datum: Datum; readonly geojson: string };
}

export interface Zone {
  readonly zoneId: string;
  readonly displayName: string;
  readonly state: ZoneState;
  readonly placeType: PlaceType;
  readonly purpose: Purpose;
  readonly necessity: string;
  readonly geofence: Geofence;
  readonly entrances: readonly Entrance[];
  readonly validFromMs: number;
  readonly validUntilMs: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** How faces are processed here, in words. */
  readonly method: string;
  /** CIDR notation, canonical. */
  readonly permittedNetworks: readonly string[];
  /** Longest that a template may be kept for this zone's purpose, days. */
  readonly retentionDaysMax: number;
  /** Longest time between inspections of a sign, days. */
  readonly inspectionIntervalDays: number;
  readonly privateAreas: readonly PrivateArea[];
  /** How often what notices tell of the zone (Art. 5) has changed: see `fingerprint.ts`. */
  readonly noticeRevision: number;
  /** How often what assessments cover of the zone (Art. 9) has changed. */
  readonly assessmentRevision: number;
}

/** A private space inside a zone, in which nobody may be watched (Art. 13). */
export interface PrivateArea {
  readonly areaId: string;
  readonly displayName: string;
  readonly geofence: Geofence;
}

/** The five items of Art. 5, in its order. */
export const noticeItems = [
  "PROCESSOR",
  "PURPOSE_METHOD_RETENTION",
  "NECESSITY_IMPACT",
  "RIGHTS",
  "OTHER",
] as const;
export type NoticeItem = (typeof noticeItems)[number];

export interface Sign {
  readonly signId: string;
  readonly zoneId: string;
  readonly entranceId: string;
  readonly position: Position;
  /** SHA-256 of the photograph, lower-case hex; empty while there is none. */
  readonly photoSha256: string;
  readonly installedAtMs: number;
  /** Items of Art. 5 that its text carries, each once. */
  readonly items: readonly NoticeItem[];
  /** Last inspection; the installation counts as the first. */
  readonly inspectedAtMs: number;
  /** Who inspected it last; empty before the first inspection. */
  readonly inspector: string;
}

export interface Camera {
  readonly cameraId: string;
  readonly zoneId: string;
  readonly displayName: string;
  /** Null for a mobile camera, whose position comes with each query. */
  readonly position: Position | null;
  /** What a fixed camera sees; null when it is not on record, and for a mobile one. */
  readonly fieldOfView: Geofence | null;
  /** Serial number or the like; empty when not given. */
  readonly deviceIdentity: string;
}

/** One version of what people are told (Art. 5). Never changed but for its withdrawal. */
export interface Notice {
  readonly noticeId: string;
  /** From 1. */
  readonly version: number;
  readonly zoneIds: readonly string[];
  readonly texts: readonly NoticeText[];
  readonly accessibleFormats: readonly AccessibleFormat[];
  readonly publishedAtMs: number;
  readonly withdrawnAtMs: number | null;
  /** What it told was true of each zone, by zone id (`noticeFingerprint`), when it was published. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

/** The five items of Art. 5 in one language (BCP 47). */
export interface NoticeText {
  readonly language: string;
  readonly processor: string;
  readonly purposeMethodRetention: string;
  readonly necessityImpact: string;
  readonly rights: string;
  readonly other: string;
}

export const accessibleFormats = [
  "LARGE_PRINT",
  "AUDIO",
  "BRAILLE",
  "EASY_READ",
  "SIGN_LANGUAGE",
] as const;
export type AccessibleFormat = (typeof accessibleFormats)[number];

export const assessmentTriggers = [
  "FIRST_USE",
  "CHANGE_OF_PURPOSE",
  "CHANGE_OF_METHOD",
  "MAJOR_INCIDENT",
] as const;
export type AssessmentTrigger = (typeof assessmentTriggers)[number];

/** An impact assessment (Art. 9). Not changed once approved. */
export interface ImpactAssessment {
  readonly assessmentId: string;
  readonly state: "DRAFT" | "APPROVED";
  readonly zoneIds: readonly string[];
  readonly trigger: AssessmentTrigger;
  readonly lawfulness: string;
  readonly impact: string;
  readonly risks: string;
  readonly measures: string;
  readonly documentSha256: string;
  readonly validUntilMs: number;
  /** When a draft with this id was first recorded. */
  readonly createdAtMs: number;
  /** When this content was written: the draft was last recorded. It can weigh nothing later. */
  readonly recordedAtMs: number;
  /** Empty and null in a draft. */
  readonly approver: string;
  readonly approvedAtMs: number | null;
  /** Purpose and method of each zone (`assessmentFingerprint`) at `recordedAtMs`. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

/** A major security incident; assessments written before it no longer count (Art. 9). */
export interface Incident {
  readonly incidentId: string;
  /** Empty: every zone. */
  readonly zoneIds: readonly string[];
  readonly occurredAtMs: number;
  readonly description: string;
  readonly recordedAtMs: number;
}

/** Another, non-face way to the same end (Art. 10). */
export interface AlternativeMethod {
  readonly methodId: string;
  readonly zoneId: string;
  readonly description: string;
  readonly availableFromMs: number;
}

/** Why face information may come from networks that the zone does not permit (Art. 8). */
export interface EgressBasis {
  readonly basisId: string;
  readonly zoneId: string;
  /** CIDR notation, canonical. */
  readonly networks: readonly string[];
  /** The law or regulation; empty when it stands on consents. */
  readonly citation: string;
  /** SHA-256 of the evidence of separate consents; empty when it stands on a law. */
  readonly consentEvidenceSha256: string;
  readonly validUntilMs: number;
}

/** The rules for the face information of persons under 14 (Art. 7). */
export interface MinorRules {
  readonly storage: string;
  readonly use: string;
  readonly transfer: string;
  readonly disclosure: string;
  readonly documentSha256: string;
  readonly approver: string;
  readonly approvedAtMs: number;
}

/** Records that are stored alike: a key, the zones they concern, and a body. */
export interface ComplianceRecords {
  /** Keyed by noticeId and version. */
  readonly notice: Notice;
  readonly assessment: ImpactAssessment;
  readonly incident: Incident;
  /** Keyed by zoneId and methodId. */
  readonly alternative: AlternativeMethod;
  /** Keyed by zoneId and basisId. */
  readonly egress: EgressBasis;
  /** One for the whole server. */
  readonly minorRules: MinorRules;
}
export type RecordKind = keyof ComplianceRecords;

export interface Gallery {
  readonly galleryId: string;
  readonly displayName: string;
  readonly createdAtMs: number;
}

export interface GalleryAuthorisation {
  readonly galleryId: string;
  readonly zoneId: string;
  readonly purpose: Purpose;
  readonly authorisedAtMs: number;
}

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

/** The decision that some rows are of the same person. */
export interface Merge {
  readonly mergeId: string;
  /** Who they are from now on. */
  readonly personId: string;
  /** Who turned out to be the same, as they were named in the decision. */
  readonly duplicatePersonId: string;
  /** Every row that this merge moved: the duplicate, and what had been merged into it. */
  readonly movedIds: readonly string[];
  readonly reason: string;
  readonly decidedBy: string;
  readonly mergedAtMs: number;
  /** Null while it stands. */
  readonly undoneAtMs: number | null;
}

/** The decision that two persons who look alike are two. */
export interface DistinctPair {
  /** The lesser id first. */
  readonly personIds: readonly [string, string];
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAtMs: number;
}

export const reviewDecisions = ["", "LINK", "DISTINCT", "DISMISS"] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];

export interface Suspect {
  readonly personId: string;
  /** Cosine, to two decimals. */
  readonly score: number;
}

/** A likely duplicate that the bulk path did not enrol. Holds no biometric data. */
export interface Review {
  readonly reviewId: string;
  readonly requestId: string;
  readonly galleryIds: readonly string[];
  readonly suspects: readonly Suspect[];
  readonly createdAtMs: number;
  /** Empty while it is open. */
  readonly decision: ReviewDecision;
  /** Empty unless the decision is LINK. */
  readonly linkToPersonId: string;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAtMs: number | null;
}

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
