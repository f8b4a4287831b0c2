/** What a dossier is made from: records as they are stored, and what the running system measured. */
import type { HandlingRules } from "../../store/filing-records.js";
import type { ImpactAssessment, Incident, MinorRules, Notice } from "../../store/gate-records.js";
import type { Gallery, GalleryAuthorisation, Operator, Zone } from "../../store/records.js";
import type { FilingStatus } from "../filing.js";

/** Whole records fit wherever a part of one is asked for. The order of lists does not matter. */
export interface DossierInput {
  /** When it is made, ms since the epoch: the date on every page, and the only thing that moves. */
  readonly atMs: number;
  /** Null while none is on record. */
  readonly operator: Operator | null;
  /** May be all there are; those in use (active or suspended) are scenarios. */
  readonly zones: readonly DossierZone[];
  readonly galleries: readonly DossierGallery[];
  /** Those of galleries and zones that are not given are left out. */
  readonly authorisations: readonly GalleryAuthorisation[];
  readonly count: DossierCount;
  readonly security: SecurityMeasures;
  readonly handlingRules: HandlingRules | null;
  readonly minorRules: MinorRules | null;
  /** Those in force, as the gate sees them: the newest versions, not withdrawn, not outdated. */
  readonly notices: readonly DossierNotice[];
  /** Those in force, as the gate sees them. Drafts and those past their end are left out here. */
  readonly assessments: readonly DossierAssessment[];
  readonly filing: Pick<FilingStatus, "state" | "threshold" | "reachedAtMs" | "clocks">;
}

export type DossierZone = Pick<
  Zone,
  | "zoneId"
  | "displayName"
  | "state"
  | "placeType"
  | "purpose"
  | "necessity"
  | "method"
  | "retentionDaysMax"
  | "permittedNetworks"
  | "validFromMs"
  | "validUntilMs"
> & {
  /** Registered cameras. */
  readonly cameras: number;
};

export type DossierGallery = Pick<Gallery, "galleryId" | "displayName"> & {
  /** Distinct persons. One who is in two galleries counts in both. */
  readonly persons: number;
  readonly templates: number;
};

export type DossierNotice = Pick<
  Notice,
  "noticeId" | "version" | "zoneIds" | "texts" | "accessibleFormats" | "publishedAtMs"
>;

export type DossierAssessment = Omit<ImpactAssessment, "fingerprints" | "createdAtMs">;

/** Distinct persons stored, over all galleries and zones (Art. 15). */
export interface DossierCount {
  readonly persons: number;
  readonly templates: number;
  /** The instant for which both hold, ms since the epoch. */
  readonly countedAtMs: number;
}

/** The five kinds of measure of Art. 14, as measured from the running system. */
export interface SecurityMeasures {
  readonly encryption: {
    /** `Vault.providerName`: "file" or "transit". */
    readonly keyProvider: string;
    /** Of the key-encryption key, from 1. */
    readonly keyVersion: number;
    readonly cipher: "AES-256-GCM";
    /** Each person has a data key, whose destruction is the erasure. */
    readonly perPersonKeys: boolean;
  };
  readonly audit: {
    /** What the last check of the whole chain said; null when there was none. */
    readonly verified: boolean | null;
    readonly verifiedAtMs: number | null;
    readonly records: number;
    readonly checkpoints: number;
    readonly headSeq: number;
    /** SHA-256, lower-case hex. */
    readonly headHash: string;
    readonly retentionDays: number;
  };
  readonly access: {
    readonly tls: boolean;
    /** Callers must show certificates. */
    readonly mutualTls: boolean;
    /** Callers must show tokens. */
    readonly tokens: boolean;
    /** Nobody on another machine can call. */
    readonly loopbackOnly: boolean;
    /** Callers on record by role (`access.roles`); a role that nobody has may be left out. */
    readonly callers: readonly { readonly role: string; readonly callers: number }[];
  };
  /** Major incidents on record (Art. 9). */
  readonly incidents: readonly Pick<Incident, "incidentId" | "occurredAtMs" | "description">[];
}
