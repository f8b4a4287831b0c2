/**
 * The durable records of the operator, of places and of galleries, as every folder above the store
 * speaks of them; those of persons, of decisions, of the gate and the like stand in `*-records.ts`
 * beside it. Times are milliseconds since the epoch, UTC. Coordinates are degrees, WGS-84.
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
