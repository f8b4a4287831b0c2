/**
 * The records that the gate asks for: notices, impact assessments, incidents and safeguards. Times
 * are milliseconds since the epoch, UTC.
 */

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
